import { isPurposeOfUse } from '../kernel/purpose.ts'
import { msFromMicros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Actor } from './contract.ts'
import { sha256 } from './digest.ts'
import { webClientId } from './model.ts'
import { type Bearer, findBearer } from './store/artifacts.ts'
import { touchSession } from './store/sessions.ts'

/** How long another process's revocation may go unnoticed here; this process's own is noticed at once. */
const trustMs = 750
const cacheLimit = 5_000
/** How exactly "last seen" is known; it costs one write a session in this time. */
const lastSeenStepMs = 60_000

export interface TokenCheck {
  authenticate(token: string): Promise<Actor | undefined>
  /** Forgets what was known: something was revoked. */
  forget(): void
}

function toActor(bearer: Bearer): Actor | undefined {
  const scopes = bearer.scope === null ? [] : bearer.scope.split(' ')
  if (bearer.person_id === null) {
    if (!bearer.client_known) return undefined
    const purpose = bearer.client_purpose ?? ''
    return { kind: 'app', id: bearer.client_id, scopes, ...(isPurposeOfUse(purpose) ? { purpose } : {}) }
  }
  const firstParty = bearer.client_id === webClientId
  if (!firstParty && !bearer.client_known) return undefined
  return {
    kind: 'person',
    id: bearer.person_id,
    name: bearer.name!,
    roles: bearer.roles!,
    fhirUser: bearer.fhir_user!,
    ...(bearer.patient === null ? {} : { patient: bearer.patient }),
    ...(bearer.proxy_for === null ? {} : { proxyFor: bearer.proxy_for }),
    // Our own web app acts with all that its user may; another app only with what it was granted.
    scopes: firstParty ? [...new Set([...scopes, 'user/*.cruds'])] : scopes,
    ...(firstParty ? {} : { app: bearer.client_id }),
    ...(bearer.session_uid === null || bearer.proven_at === null
      ? {}
      : { session: { id: bearer.session_uid, provenAtMs: bearer.proven_at.getTime() } }),
  }
}

/** Access tokens are opaque: one indexed read at most every `trustMs`, nothing else. */
export function createTokenCheck(db: Database, clock: Clock): TokenCheck {
  const known = new Map<string, { readonly actor: Actor; readonly until: number }>()
  let generation = 0
  return {
    async authenticate(token) {
      if (token.length < 20 || token.length > 128) return undefined
      const key = sha256(token)
      const nowMs = msFromMicros(clock.now())
      const hit = known.get(key)
      if (hit && hit.until > nowMs) return hit.actor
      known.delete(key)

      const asOf = generation
      const bearer = await findBearer(db, token, new Date(nowMs))
      const actor = bearer && toActor(bearer)
      const lastSeen = bearer?.last_seen_at
      if (actor && lastSeen && bearer.session_uid && nowMs - lastSeen.getTime() > lastSeenStepMs) {
        await touchSession(db, bearer.session_uid, new Date(nowMs))
      }
      // A revocation while we read: what we read may be older than it.
      if (actor && bearer && asOf === generation) {
        if (known.size >= cacheLimit) known.clear()
        known.set(key, { actor, until: Math.min(nowMs + trustMs, bearer.expires_at.getTime()) })
      }
      return actor
    },
    forget() {
      generation += 1
      known.clear()
    },
  }
}
