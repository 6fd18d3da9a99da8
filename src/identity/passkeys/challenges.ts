import type { Database } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import { sha256 } from '../digest.ts'
import { putChallenge, takeChallenge } from '../store/passkeys.ts'

/** What is signed for, and by whom it was asked: a challenge of one is good for no other. */
export interface Occasion {
  readonly purpose: 'register' | 'sign-in' | 'confirm'
  /** The person, the interaction or the session. */
  readonly subject: string
}

/** WebAuthn 3, 13.4.3: at least 16 bytes. */
const challengeBytes = 32
export const challengeTtlMs = 5 * 60_000

export interface Challenges {
  make(occasion: Occasion): Promise<Uint8Array<ArrayBuffer>>
  /** For the library, which calls it with what was signed. True once. */
  taker(occasion: Occasion): (challenge: string) => Promise<boolean>
}

export function createChallenges(deps: {
  readonly db: Database
  readonly random: Random
  readonly now: () => Date
}): Challenges {
  const { db, random, now } = deps
  return {
    async make(occasion) {
      const challenge = random.secret(challengeBytes)
      const expiresAt = new Date(now().getTime() + challengeTtlMs)
      await putChallenge(db, { ...occasion, sha256: sha256(challenge) }, expiresAt)
      return Uint8Array.from(Buffer.from(challenge, 'base64url'))
    },
    taker: (occasion) => (challenge) => takeChallenge(db, { ...occasion, sha256: sha256(challenge) }, now()),
  }
}
