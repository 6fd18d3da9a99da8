import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { account, nothing } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import type { PasskeysView, PasskeyView } from '../contract.ts'
import type { Identity } from '../identity.ts'
import { credentialBody } from '../passkeys/credential-body.ts'
import { requireOwnAccount } from './own-account.ts'
import { requireOwnAct } from './second-factor-routes.ts'

const name = z.string().trim().min(1).max(80)
const renaming = z.object({ name })
const registration = z.object({ name, response: credentialBody })

const incomplete = () =>
  new ProblemError({
    code: 'passkey-incomplete',
    status: 400,
    message: 'Give the passkey a name of 1 to 80 letters, and the response of the authenticator.',
  })
const gone = () =>
  new ProblemError({
    code: 'passkey-unknown',
    status: 404,
    message: 'There is no such passkey of yours. It may have been removed already.',
  })

type ById = { Params: { id: string } }

/** The person's own passkeys: add, name, remove. */
export function passkeyRoutes(identity: Identity): FastifyPluginAsync {
  const { passkeys } = identity
  const path = '/api/account/passkeys'
  return async (app) => {
    app.get(path, account(), async (request): Promise<PasskeysView> => {
      return passkeys.view(requireOwnAccount(request).id)
    })
    app.post(`${path}/options`, nothing('a challenge; the new passkey is what counts'), async (request) => {
      const person = await identity.findPerson(requireOwnAct(request))
      return passkeys.beginRegistration(person!)
    })
    app.post(path, account(), async (request, reply): Promise<PasskeyView> => {
      const id = requireOwnAct(request)
      const body = registration.safeParse(request.body)
      if (!body.success) throw incomplete()
      const response = body.data.response as unknown as RegistrationResponseJSON
      reply.code(201)
      return passkeys.register(id, body.data.name, response)
    })
    app.patch<ById>(`${path}/:id`, account(), async (request, reply) => {
      const person = requireOwnAccount(request)
      const body = renaming.safeParse(request.body)
      if (!body.success) throw incomplete()
      if (!(await passkeys.rename(person.id, request.params.id, body.data.name))) throw gone()
      return reply.code(204).send()
    })
    app.delete<ById>(`${path}/:id`, account(), async (request, reply) => {
      if (!(await passkeys.remove(requireOwnAct(request), request.params.id))) throw gone()
      return reply.code(204).send()
    })
  }
}
