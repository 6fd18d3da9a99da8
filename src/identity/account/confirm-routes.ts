import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { ProblemError } from '../../kernel/problem.ts'
import type { Identity } from '../identity.ts'
import { requireOwnAccount } from './own-account.ts'

const given = z.object({
  password: z.string().min(1).max(256),
  code: z.string().max(64).optional(),
})

const confirmationRefused = () =>
  new ProblemError({
    code: 'confirmation-refused',
    status: 403,
    message: 'That is not right. Check it and try again.',
  })

/** The person proves anew, within their session, who they are. */
export function confirmRoutes(identity: Identity): FastifyPluginAsync {
  return async (app) => {
    app.post('/api/account/confirm', async (request, reply) => {
      const actor = requireOwnAccount(request)
      const parsed = given.safeParse(request.body)
      const person = await identity.findPerson(actor.id)
      if (!parsed.success || !person || !actor.session) throw confirmationRefused()
      const { email } = person
      const answer = await identity.checkCredentials({ ...parsed.data, email, address: request.ip })
      if (!answer.ok) {
        // Not 401: the session is good, and stays so.
        if (answer.problem.code === 'sign-in-refused') throw confirmationRefused()
        throw new ProblemError(answer.problem)
      }
      await identity.sessions.prove(actor.session.id)
      return reply.code(204).send()
    })
  }
}
