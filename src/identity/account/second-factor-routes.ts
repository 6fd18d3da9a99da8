import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { account } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import type { NewSecondFactor, RecoveryCodes, SecondFactorView } from '../contract.ts'
import type { Identity } from '../identity.ts'
import { accountActMaxAgeS, requireRecentSignIn } from '../step-up.ts'
import { requireOwnAccount } from './own-account.ts'

const codeBody = z.object({ code: z.string().max(64) })

/** To change how one signs in, one must have proved who one is a moment ago. */
export function requireOwnAct(request: FastifyRequest): string {
  requireOwnAccount(request)
  return requireRecentSignIn(request, accountActMaxAgeS).id
}

/** The person's own authenticator app: begin, confirm, recovery codes, off. */
export function secondFactorRoutes(identity: Identity): FastifyPluginAsync {
  const { secondFactor } = identity
  const path = '/api/account/second-factor'
  return async (app) => {
    app.get(path, account(), async (request): Promise<SecondFactorView> => {
      return secondFactor.view(requireOwnAccount(request).id)
    })
    app.post(path, account(), async (request): Promise<NewSecondFactor> => {
      const person = await identity.findPerson(requireOwnAct(request))
      return secondFactor.begin(person!)
    })
    app.post(`${path}/confirm`, account(), async (request): Promise<RecoveryCodes> => {
      const id = requireOwnAct(request)
      const body = codeBody.safeParse(request.body)
      if (body.success) return secondFactor.confirm(id, body.data.code)
      throw new ProblemError({ code: 'code-missing', status: 400, message: 'Give the code as `code`.' })
    })
    app.post(`${path}/recovery-codes`, account(), async (request): Promise<RecoveryCodes> => {
      return secondFactor.renewRecoveryCodes(requireOwnAct(request))
    })
    app.delete(path, account(), async (request, reply) => {
      const id = requireOwnAct(request)
      await secondFactor.remove(id, id)
      return reply.code(204).send()
    })
  }
}
