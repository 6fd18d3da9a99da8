import { ok, type Problem, type Result, refused } from '../kernel/problem.ts'
import { msFromMicros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import { sha256 } from './digest.ts'
import type { Person } from './model.ts'
import { hashPassword, unmatchable, verifyPassword } from './password.ts'
import { findPersonByEmail, setPasswordHash } from './store/people.ts'
import { countAttempt, forgiveAttempt } from './store/throttle.ts'

export interface SignInDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export interface Credentials {
  readonly email: string
  readonly password: string
  /** The network address it came from. */
  readonly address: string
}

/** NIST SP 800-63B 5.2.2 allows 100 tries; a ward behind one address shares the second limit. */
export const signInLimits = {
  perAccount: 5,
  perAddress: 30,
  windowMs: 15 * 60_000,
  lockMs: 5 * 60_000,
} as const

/** One sentence for every reason: unknown account, wrong password, disabled. */
export const signInRefused: Problem = {
  code: 'sign-in-refused',
  status: 401,
  message: 'E-mail address and password do not match an account that may sign in.',
}
export const signInLocked: Problem = {
  code: 'sign-in-locked',
  status: 429,
  message: 'Too many attempts. Wait five minutes, then try again.',
}

/** Who this is, or one answer for whatever was wrong; an unknown account costs the same work and is locked the same. */
export async function checkCredentials(deps: SignInDeps, given: Credentials): Promise<Result<Person>> {
  const { db, clock, random, log } = deps
  const email = given.email.trim().toLowerCase()
  const accountKey = `account:${sha256(email)}`
  const addressKey = `address:${given.address}`
  const now = new Date(msFromMicros(clock.now()))
  for (const [key, limit] of [
    [addressKey, signInLimits.perAddress],
    [accountKey, signInLimits.perAccount],
  ] as const) {
    if (await countAttempt(db, { key, limit }, now, signInLimits.windowMs, signInLimits.lockMs)) {
      log.warn({ by: key === addressKey ? 'address' : 'account' }, 'sign-in locked')
      return refused(signInLocked)
    }
  }

  const found = await findPersonByEmail(db, email)
  const { matches, outdated } = await verifyPassword(given.password, found?.passwordHash ?? unmatchable)
  if (!found || !matches || found.person.disabled) {
    log.info({}, 'sign-in refused')
    return refused(signInRefused)
  }
  await forgiveAttempt(db, accountKey, addressKey)
  if (outdated) await setPasswordHash(db, found.person.id, await hashPassword(given.password, random))
  log.info({ person: found.person.id }, 'signed in')
  return ok(found.person)
}
