import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { account, nothing } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import type { Identity } from '../identity.ts'
import { credentialBody } from '../passkeys/credential-body.ts'
import { requireOwnAccount } from './own-account.ts'

const given = z.union([
  z.object({ passkey: credentialBody }),
  z.object({ password: z.string().min(1).max(256), code: z.string().max(64).optional() }),
])

const confirmationRefused = () =>
  new ProblemError({
    code: 'confirmation-refused',
    status: 403,
    message: 'That is not right. Check it and try again.',
  })

/** The person proves anew, within their session, who they are: by password and code, or by a passkey. */
export function confirmRoutes(identity: Identity): FastifyPluginAsync {
  const path = '/api/account/confirm'
  return async (app) => {
    app.post(`${path}/passkey-options`, nothing('a challenge; the proof is what counts'), async (request) => {
      const { id, session } = requireOwnAccount(request)
      if (!session) throw confirmationRefused()
      return identity.passkeys.beginProof({ purpose: 'confirm', subject: session.id }, id)
    })
    app.post(path, account('sign-in', 'E'), async (request, reply) => {
      const actor = requireOwnAccount(request)
      const proof = given.safeParse(request.body)
      const person = await identity.findPerson(actor.id)
      if (!proof.success || !person || !actor.session) throw confirmationRefused()
      const answer =
        'passkey' in proof.data
          ? await identity.passkeys.prove(
              { purpose: 'confirm', subject: actor.session.id },
              proof.data.passkey as unknown as AuthenticationResponseJSON,
            )
          : await identity.checkCredentials({ ...proof.data, email: person.email, address: request.ip })
      // Not 401: the session is good, and stays so.
      if (!answer.ok && answer.problem.code === 'sign-in-refused') throw confirmationRefused()
      if (!answer.ok) throw new ProblemError(answer.problem)
      if (answer.value.person.id !== actor.id) throw confirmationRefused()
      await identity.sessions.prove(actor.session.id)
      return reply.code(204).send()
    })
  }
}
