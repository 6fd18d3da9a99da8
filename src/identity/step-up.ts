import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../kernel/problem.ts'
import { requireActor } from './access.ts'
import type { PersonActor } from './contract.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** How long ago the person last proved who they are; undefined: no person, or not in a browser's session. */
    provenAgoMs: number | undefined
    /** Set where that was too long ago for what is asked: how long it may be, for the challenge of RFC 9470. */
    wantedMaxAgeS: number | undefined
  }
}

/**
 * For acts that an unattended screen must not allow. Answers who acts where they proved it within `maxAgeS`; otherwise
 * the refusal asks for it: the web app shows a dialog and repeats the request, another app begins an authorization with
 * `max_age` (RFC 9470 5).
 * @throws ProblemError 401 `sign-in-not-recent`, or 403 where no person could sign in again.
 */
export function requireRecentSignIn(request: FastifyRequest, maxAgeS: number): PersonActor {
  const actor = requireActor(request)
  if (actor.kind !== 'person' || request.provenAgoMs === undefined) {
    throw new ProblemError({
      code: 'person-needed',
      status: 403,
      message: 'Only a person who has signed in can do this, not an app on its own.',
    })
  }
  if (request.provenAgoMs <= maxAgeS * 1_000) return actor
  request.wantedMaxAgeS = maxAgeS
  throw new ProblemError({
    code: 'sign-in-not-recent',
    status: 401,
    message: 'Confirm that it is you, then this can be done.',
  })
}

/** RFC 9470 3. */
export const staleSignInChallenge = (maxAgeS: number): string =>
  'Bearer realm="vitalwire", error="insufficient_user_authentication", ' +
  `error_description="a more recent sign-in is needed", max_age="${maxAgeS}"`

/** For changes of how one signs in. */
export const accountActMaxAgeS = 300
