import { ok, type Problem, type Result, refused } from '../kernel/problem.ts'
import { msFromMicros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import { sha256 } from './digest.ts'
import type { Tell } from './events.ts'
import type { Person } from './model.ts'
import { hashPassword, unmatchable, verifyPassword } from './passwords/password.ts'
import type { Sealing } from './sealed.ts'
import { lookAtCode, secondFactorOf, spendCode } from './second-factor/check.ts'
import { findPersonByEmail, setPasswordHash } from './store/people.ts'
import { countAttempt, forgiveAttempt } from './store/throttle.ts'

export interface SignInDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly sealing: Sealing
  readonly tell: Tell
}

export interface Credentials {
  readonly email: string
  readonly password: string
  /** Of the authenticator app, or a recovery code; an account that has none does not look at it. */
  readonly code?: string | undefined
  /** The network address it came from. */
  readonly address: string
}

export interface Proven {
  readonly person: Person
  /** How, RFC 8176. */
  readonly methods: readonly string[]
}

/** NIST SP 800-63B 5.2.2 allows 100 tries; a ward behind one address shares the second limit. */
export const signInLimits = {
  perAccount: 5,
  perAddress: 30,
  windowMs: 15 * 60_000,
  lockMs: 5 * 60_000,
} as const

/** One sentence for every reason: unknown account, wrong password, missing, wrong or used code, disabled. */
export const signInRefused: Problem = {
  code: 'sign-in-refused',
  status: 401,
  message:
    'What was given does not match an account that may sign in. Who uses an authenticator app gives its code too.',
}
export const signInLocked: Problem = {
  code: 'sign-in-locked',
  status: 429,
  message: 'Too many attempts. Wait five minutes, then try again.',
}

/** Counted before anything is looked at. @returns whether this attempt may not go on. */
async function isLocked(deps: SignInDeps, keys: AttemptKeys, now: Date): Promise<boolean> {
  for (const by of ['address', 'account'] as const) {
    const limit = by === 'address' ? signInLimits.perAddress : signInLimits.perAccount
    const rule = { key: keys[by], limit }
    if (await countAttempt(deps.db, rule, now, signInLimits.windowMs, signInLimits.lockMs)) {
      deps.log.warn({ by }, 'sign-in locked')
      return true
    }
  }
  return false
}

const accountKey = (email: string): string => `account:${sha256(email.trim().toLowerCase())}`

/** One more try at this account's password, whichever door it came by. */
export const countsAsLocked = (db: Database, email: string, now: Date): Promise<boolean> => {
  const rule = { key: accountKey(email), limit: signInLimits.perAccount }
  return countAttempt(db, rule, now, signInLimits.windowMs, signInLimits.lockMs)
}

/** The password was right: earlier misses are forgotten. */
export const forgiveAccount = (db: Database, email: string): Promise<void> =>
  forgiveAttempt(db, accountKey(email))

interface AttemptKeys {
  readonly account: string
  readonly address: string
}

/** Who this is, or one answer for whatever was wrong; an unknown account costs the same work and is locked the same. */
export async function checkCredentials(deps: SignInDeps, given: Credentials): Promise<Result<Proven>> {
  const { db, clock, random, log } = deps
  const email = given.email.trim().toLowerCase()
  const keys = { account: accountKey(email), address: `address:${given.address}` }
  const nowMs = msFromMicros(clock.now())
  // Looked up whether or not it will be used: how long an answer takes must not tell who is known here.
  const found = await findPersonByEmail(db, email)
  const about = { person: found?.person.id, address: given.address }
  if (await isLocked(deps, keys, new Date(nowMs))) {
    await deps.tell({ what: 'sign-in-locked', ...about })
    return refused(signInLocked)
  }
  const second = found && (await secondFactorOf(db, found.person.id))
  const { matches, outdated } = await verifyPassword(given.password, found?.passwordHash ?? unmatchable)
  const code = found && second && (await lookAtCode(deps, found.person.id, second, given.code ?? '', nowMs))
  const wrong = !found || !matches || found.person.disabled || (second !== undefined && code === undefined)
  if (wrong || (code && !(await spendCode(deps, found.person.id, code)))) {
    log.info({}, 'sign-in refused')
    await deps.tell({ what: 'sign-in-refused', ...about })
    return refused(signInRefused)
  }
  await forgiveAttempt(db, keys.account, keys.address)
  if (outdated) await setPasswordHash(db, found.person.id, await hashPassword(given.password, random))
  log.info({ person: found.person.id }, 'signed in')
  return ok({ person: found.person, methods: code ? ['pwd', 'otp', 'mfa'] : ['pwd'] })
}
