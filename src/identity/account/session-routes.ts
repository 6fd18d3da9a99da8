import type { FastifyPluginAsync } from 'fastify'
import { account } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import type { ActivityView, AppAccessView, SessionView } from '../contract.ts'
import type { Identity } from '../identity.ts'
import { requireOwnAccount } from './own-account.ts'

const gone = (what: 'session' | 'app') =>
  new ProblemError({
    code: `${what}-unknown`,
    status: 404,
    message:
      what === 'session'
        ? 'There is no such session of yours. It may have ended already.'
        : 'There is no such app with access. It may have lost it already.',
  })

type ById = { Params: { id: string } }

/** Where am I signed in, what may act for me, and the end of each. */
export function sessionRoutes({
  sessions,
  activity,
}: Pick<Identity, 'sessions' | 'activity'>): FastifyPluginAsync {
  return async (app) => {
    app.get('/api/account/sessions', account(), async (request): Promise<readonly SessionView[]> => {
      const person = requireOwnAccount(request)
      return sessions.list(person.id, person.session?.id)
    })
    app.delete<ById>('/api/account/sessions/:id', account('sign-out'), async (request, reply) => {
      const person = requireOwnAccount(request)
      if (!(await sessions.end(person.id, request.params.id))) throw gone('session')
      return reply.code(204).send()
    })
    app.delete('/api/account/sessions', account('sign-out'), async (request) => {
      const person = requireOwnAccount(request)
      return { ended: await sessions.endOthers(person.id, person.session?.id) }
    })
    app.get('/api/account/activity', account(), async (request): Promise<readonly ActivityView[]> => {
      return activity.list(requireOwnAccount(request).id)
    })
    app.get('/api/account/apps', account(), async (request): Promise<readonly AppAccessView[]> => {
      return sessions.listApps(requireOwnAccount(request).id)
    })
    app.delete<ById>('/api/account/apps/:id', account(), async (request, reply) => {
      const person = requireOwnAccount(request)
      if (!(await sessions.endApp(person.id, request.params.id))) throw gone('app')
      return reply.code(204).send()
    })
  }
}
