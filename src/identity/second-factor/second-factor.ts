import { ProblemError } from '../../kernel/problem.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import type { NewSecondFactor, RecoveryCodes, SecondFactorView } from '../contract.ts'
import type { Tell } from '../events.ts'
import type { Person } from '../model.ts'
import type { Sealing } from '../sealed.ts'
import {
  beginTotp,
  confirmTotp,
  countRecoveryCodes,
  deleteSecondFactor,
  findTotp,
  replaceRecoveryCodes,
} from '../store/second-factor.ts'
import { base32 } from './base32.ts'
import { makeRecoveryCodes, recoveryCodeDigest } from './recovery-codes.ts'
import { matchTotp, secretBytes, totpUri } from './totp.ts'

export interface SecondFactorDeps {
  readonly db: Database
  readonly now: () => Date
  readonly random: Random
  readonly log: Log
  readonly sealing: Sealing
  readonly tell: Tell
}

/** A person's authenticator app and their recovery codes. What a sign-in asks of them is in check.ts. */
export interface SecondFactor {
  view(personId: string): Promise<SecondFactorView>
  /** Makes a secret and shows it, once. It is not asked for until `confirm`. @throws ProblemError 409 where one is in use. */
  begin(person: Person): Promise<NewSecondFactor>
  /** @throws ProblemError 422 where the code is not that of the secret last shown. */
  confirm(personId: string, code: string): Promise<RecoveryCodes>
  /** The earlier ones stop working. @throws ProblemError 409 where there is no second factor. */
  renewRecoveryCodes(personId: string): Promise<RecoveryCodes>
  /** By themselves, or by whoever helps them. */
  remove(personId: string, by: string): Promise<void>
}

/** A secret that was shown and not confirmed within this is forgotten: the screen it was on may be anyone's. */
const confirmWithinMs = 15 * 60_000

export const boundTo = (personId: string): string => `totp:${personId}`

const problem = (code: string, status: number, message: string) => new ProblemError({ code, status, message })

export function createSecondFactor(deps: SecondFactorDeps): SecondFactor {
  const { db, now, random, log, sealing, tell } = deps
  const renew = async (tx: Parameters<typeof replaceRecoveryCodes>[0], personId: string) => {
    const codes = makeRecoveryCodes(random)
    await replaceRecoveryCodes(
      tx,
      personId,
      codes.map((code) => recoveryCodeDigest(code)!),
    )
    return { codes }
  }
  return {
    async view(personId) {
      const totp = await findTotp(db, personId)
      if (!totp?.confirmedAt) return { on: false }
      return {
        on: true,
        since: totp.confirmedAt.toISOString(),
        recoveryCodesLeft: await countRecoveryCodes(db, personId),
      }
    },
    async begin(person) {
      const secret = Buffer.from(random.secret(secretBytes), 'base64url')
      if (!(await beginTotp(db, person.id, sealing.seal(secret, boundTo(person.id)), now()))) {
        throw problem('second-factor-exists', 409, 'An authenticator app is in use. Turn it off first.')
      }
      return { secret: base32(secret), uri: totpUri(secret, person.email) }
    },
    async confirm(personId, code) {
      const totp = await findTotp(db, personId)
      const fresh = totp && !totp.confirmedAt && now().getTime() - totp.begunAt.getTime() < confirmWithinMs
      if (!fresh) throw problem('second-factor-not-begun', 409, 'This has taken too long. Begin again.')
      const secret = sealing.open(totp.sealedSecret, boundTo(personId))
      const step = secret && matchTotp(secret, code.trim(), now().getTime(), totp.lastStep)
      if (step === undefined) {
        throw problem('code-wrong', 422, 'This is not the code. Give the one that the app shows now.')
      }
      const codes = await db.transaction(async (tx) => {
        if (!(await confirmTotp(tx, personId, totp.sealedSecret, step, now()))) {
          throw problem('second-factor-not-begun', 409, 'This has taken too long. Begin again.')
        }
        log.info({ person: personId }, 'second factor turned on')
        return renew(tx, personId)
      })
      await tell({ what: 'factor-added', person: personId })
      return codes
    },
    async renewRecoveryCodes(personId) {
      if (!(await findTotp(db, personId))?.confirmedAt) {
        throw problem('second-factor-unknown', 409, 'There is no authenticator app in use.')
      }
      log.info({ person: personId }, 'recovery codes made anew')
      const codes = await db.transaction((tx) => renew(tx, personId))
      await tell({ what: 'recovery-codes-renewed', person: personId })
      return codes
    },
    async remove(personId, by) {
      const removed = await db.transaction((tx) => deleteSecondFactor(tx, personId))
      if (!removed) return
      log.warn({ person: personId, by }, 'second factor turned off')
      await tell({ what: 'factor-removed', person: personId, by })
    },
  }
}
