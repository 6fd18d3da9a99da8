import type { FastifyPluginAsync } from 'fastify'
import { account } from '../../audit/index.ts'
import { requirePermission } from '../access.ts'
import type { InvitedAccount, NewAccount, PersonView } from '../contract.ts'
import type { Identity } from '../identity.ts'
import { accountActMaxAgeS, requireRecentSignIn } from '../step-up.ts'

/** For who manages accounts: who there is, and help for who lost their devices. */
export function peopleRoutes(identity: Identity): FastifyPluginAsync {
  return async (app) => {
    app.get('/api/people', account(), async (request): Promise<readonly PersonView[]> => {
      requirePermission(request, 'users.manage')
      return identity.viewPeople()
    })
    app.post('/api/people', account('account', 'C'), async (request, reply): Promise<InvitedAccount> => {
      requirePermission(request, 'users.manage')
      const by = requireRecentSignIn(request, accountActMaxAgeS)
      reply.code(201).header('cache-control', 'no-store')
      return identity.invite((request.body ?? {}) as NewAccount, by.id)
    })
    app.delete<{ Params: { id: string } }>(
      '/api/people/:id/sign-in-methods',
      account(),
      async (request, reply) => {
        requirePermission(request, 'users.manage')
        const { id } = requireRecentSignIn(request, accountActMaxAgeS)
        await identity.resetSignIn(request.params.id, id)
        return reply.code(204).send()
      },
    )
  }
}
