import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../kernel/problem.ts'
import { type Actor, type Permission, rolePermissions } from './contract.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the identity plugin before any handler runs; undefined: nobody signed in. */
    actor: Actor | undefined
  }
}

/** @throws ProblemError 401 where nobody is signed in. */
export function requireActor(request: FastifyRequest): Actor {
  if (request.actor) return request.actor
  throw new ProblemError({
    code: 'not-signed-in',
    status: 401,
    message: 'Sign in, or send a valid access token.',
  })
}

const lookPermissions: ReadonlySet<Permission> = new Set(['monitoring.view', 'own-record.view'])

export function permissionsOf(actor: Actor): ReadonlySet<Permission> {
  if (actor.kind === 'person') {
    const whole = new Set(actor.roles.flatMap((role) => rolePermissions[role]))
    if (actor.app === undefined) return whole
    // Another app in a person's name may look where it was granted to, and change nothing beyond the record.
    const looks = actor.scopes.some((scope) => /^(user|patient)\/(\*|Observation)\.c?ru?d?s/.test(scope))
    return new Set([...whole].filter((permission) => looks && lookPermissions.has(permission)))
  }
  if (actor.kind === 'device') return new Set()
  // An app that may search everything of the system may see what monitoring and devices show; writing needs `u`.
  const may = new Set<Permission>()
  if (actor.scopes.some((scope) => /^system\/(\*|Observation)\.c?ru?d?s/.test(scope)))
    may.add('monitoring.view')
  if (actor.scopes.some((scope) => /^system\/\*\.c?ru?d?s/.test(scope))) {
    may.add('devices.view').add('quarantine.view')
  }
  if (actor.scopes.some((scope) => /^system\/(\*|AuditEvent)\.c?ru?d?s/.test(scope))) may.add('audit.view')
  if (actor.scopes.includes('system/*.cruds')) {
    may.add('alarms.acknowledge').add('readings.withdraw').add('devices.manage')
    may.add('storage.view').add('storage.manage')
  }
  return may
}

/** @throws ProblemError 401 or 403. */
export function requirePermission(request: FastifyRequest, ...anyOf: readonly Permission[]): Actor {
  const actor = requireActor(request)
  const may = permissionsOf(actor)
  if (anyOf.some((permission) => may.has(permission))) return actor
  throw new ProblemError({
    code: 'not-permitted',
    status: 403,
    message: `This needs the permission ${anyOf.join(' or ')}. A ward administrator can grant it.`,
  })
}

/** How the actor is named in records and logs. */
export const actorReference = (actor: Actor): string =>
  actor.kind === 'person'
    ? actor.fhirUser
    : actor.kind === 'app'
      ? `ClientApplication/${actor.id}`
      : `Device/${actor.id}`
