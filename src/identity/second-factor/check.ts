import type { Log } from '../../platform/log.ts'
import type { Queryable } from '../../platform/postgres/database.ts'
import type { Sealing } from '../sealed.ts'
import {
  findTotp,
  hasRecoveryCode,
  spendRecoveryCode,
  spendStep,
  type TotpRow,
} from '../store/second-factor.ts'
import { recoveryCodeDigest } from './recovery-codes.ts'
import { boundTo } from './second-factor.ts'
import { matchTotp } from './totp.ts'

export interface CodeCheckDeps {
  readonly db: Queryable
  readonly log: Log
  readonly sealing: Sealing
}

/** Undefined: this person is not asked for a code. */
export async function secondFactorOf(db: Queryable, personId: string): Promise<TotpRow | undefined> {
  const totp = await findTotp(db, personId)
  return totp?.confirmedAt ? totp : undefined
}

/** A code that would be taken now, not yet spent; undefined for any other. */
export type GoodCode = { readonly step: number } | { readonly digest: string }

/** Looks, and changes nothing: a code that came with a wrong password must not be spent by it. */
export async function lookAtCode(
  { db, log, sealing }: CodeCheckDeps,
  personId: string,
  totp: TotpRow,
  code: string,
  nowMs: number,
): Promise<GoodCode | undefined> {
  const secret = sealing.open(totp.sealedSecret, boundTo(personId))
  if (!secret)
    log.error({ person: personId }, 'a second factor cannot be read: the key in the home has changed')
  const step = secret && matchTotp(secret, code.replaceAll(/\s/g, ''), nowMs, totp.lastStep)
  const digest = recoveryCodeDigest(code)
  const known = digest !== undefined && (await hasRecoveryCode(db, personId, digest))
  if (step !== undefined) return { step }
  return known ? { digest } : undefined
}

/** True for exactly one caller a code. */
export async function spendCode(
  { db, log }: CodeCheckDeps,
  personId: string,
  code: GoodCode,
): Promise<boolean> {
  if ('step' in code) return spendStep(db, personId, code.step)
  const spent = await spendRecoveryCode(db, personId, code.digest)
  if (spent) log.warn({ person: personId }, 'a recovery code was used')
  return spent
}
