import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { account, actedAs } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import { requirePermission } from '../access.ts'
import { requireOwnAccount } from '../account/own-account.ts'
import type { PasswordLink } from '../contract.ts'
import type { Identity } from '../identity.ts'
import { accountActMaxAgeS, requireRecentSignIn } from '../step-up.ts'

const text = z.string().min(1).max(1_024)
const changing = z.object({ present: text, next: text })
const accepting = z.object({ password: text })

function parsed<T>(schema: z.ZodType<T>, body: unknown, message: string): T {
  const given = schema.safeParse(body)
  if (given.success) return given.data
  throw new ProblemError({ code: 'password-missing', status: 400, message })
}

/** One's own password; a one-time link for who has none, or has forgotten it. */
export function passwordRoutes({ passwords }: Pick<Identity, 'passwords'>): FastifyPluginAsync {
  return async (app) => {
    app.post('/api/account/password', account('account', 'U'), async (request, reply) => {
      requireOwnAccount(request)
      const { id, session } = requireRecentSignIn(request, accountActMaxAgeS)
      const { present, next } = parsed(changing, request.body, 'Give the present password and the next.')
      await passwords.change(id, present, next, session?.id)
      return reply.code(204).send()
    })
    app.post<{ Params: { id: string } }>(
      '/api/people/:id/password-link',
      account('account', 'C'),
      async (request, reply): Promise<PasswordLink> => {
        requirePermission(request, 'users.manage')
        const { id } = requireRecentSignIn(request, accountActMaxAgeS)
        reply.code(201).header('cache-control', 'no-store')
        return passwords.makeLink(request.params.id, id)
      },
    )
    app.post<{ Params: { token: string } }>(
      '/api/new-password/:token',
      account('account', 'U'),
      async (request, reply) => {
        const { password } = parsed(accepting, request.body, 'Give the new password.')
        const person = await passwords.acceptLink(request.params.token, password)
        actedAs(request, person.fhirUser)
        return reply.code(204).send()
      },
    )
  }
}
