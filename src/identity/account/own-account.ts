import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../../kernel/problem.ts'
import { requireActor } from '../access.ts'
import type { PersonActor } from '../contract.ts'

/** The account's own settings are for the person in our own web app, not for an app that acts in their name. */
export function requireOwnAccount(request: FastifyRequest): PersonActor {
  const actor = requireActor(request)
  if (actor.kind === 'person' && actor.app === undefined) return actor
  throw new ProblemError({
    code: 'own-account-only',
    status: 403,
    message: 'Only the person themselves can do this, in the web app of this server.',
  })
}
