import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Result } from '../../kernel/problem.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import type { PasskeysView, PasskeyView } from '../contract.ts'
import type { Tell } from '../events.ts'
import type { Person } from '../model.ts'
import type { Proven } from '../sign-in.ts'
import {
  deletePasskey,
  deletePasskeysOf,
  listPasskeys,
  type Passkey,
  renamePasskey,
} from '../store/passkeys.ts'
import { type Challenges, createChallenges, type Occasion } from './challenges.ts'
import { beginProof, prove } from './prove.ts'
import { beginRegistration, register } from './register.ts'
import { type RelyingParty, relyingParty } from './relying-party.ts'

export interface PasskeysDeps {
  readonly db: Database
  readonly now: () => Date
  readonly log: Log
  readonly random: Random
  readonly publicUrl: () => string
  readonly tell: Tell
}

/** What adding a passkey and signing in by one share. */
export interface Ceremonies extends Omit<PasskeysDeps, 'random' | 'publicUrl' | 'tell'> {
  readonly challenges: Challenges
  readonly relyingParty: () => RelyingParty | undefined
}

/** People's passkeys, and what they prove. */
export interface Passkeys {
  /** For whom they sign; undefined: there can be none under this server's address. */
  relyingParty(): RelyingParty | undefined
  view(personId: string): Promise<PasskeysView>
  /** @throws ProblemError 409 where there can be no passkeys under this server's address, or too many are there. */
  beginRegistration(person: Person): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** @throws ProblemError 422 where what came is not what was asked for. */
  register(personId: string, name: string, response: RegistrationResponseJSON): Promise<PasskeyView>
  /** False where it is none of this person's. */
  rename(personId: string, id: string, name: string): Promise<boolean>
  remove(personId: string, id: string): Promise<boolean>
  /** By whoever helps them. */
  removeAll(personId: string, by: string): Promise<void>
  /** What a passkey has to sign; without a person the authenticator offers whichever it has for this server. */
  beginProof(occasion: Occasion, personId?: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Who signed, or one answer for whatever was wrong. */
  prove(occasion: Occasion, response: AuthenticationResponseJSON): Promise<Result<Proven>>
}

const toView = ({ id, name, synced, createdAt, lastUsedAt }: Passkey): PasskeyView => ({
  id,
  name,
  synced,
  createdAt: createdAt.toISOString(),
  ...(lastUsedAt ? { lastUsedAt: lastUsedAt.toISOString() } : {}),
})

export function createPasskeys({ db, now, log, random, publicUrl, tell }: PasskeysDeps): Passkeys {
  const challenges = createChallenges({ db, random, now })
  const deps: Ceremonies = { db, now, log, challenges, relyingParty: () => relyingParty(publicUrl()) }
  return {
    relyingParty: deps.relyingParty,
    beginProof: (occasion, personId) => beginProof(deps, occasion, personId),
    prove: (occasion, response) => prove(deps, occasion, response),
    async view(personId) {
      const party = deps.relyingParty()
      const passkeys = (await listPasskeys(db, personId)).map(toView)
      return party ? { host: party.id, origin: party.origin, passkeys } : { passkeys }
    },
    beginRegistration: (person) => beginRegistration(deps, person),
    async register(personId, name, response) {
      const added = toView(await register(deps, personId, name, response))
      await tell({ what: 'passkey-added', person: personId })
      return added
    },
    rename: (personId, id, name) => renamePasskey(db, personId, id, name),
    async remove(personId, id) {
      const removed = await deletePasskey(db, personId, id)
      if (removed) {
        log.info({ person: personId }, 'passkey removed')
        await tell({ what: 'passkey-removed', person: personId })
      }
      return removed
    },
    async removeAll(personId, by) {
      const count = await deletePasskeysOf(db, personId)
      if (count === 0) return
      log.warn({ person: personId, by, count }, 'passkeys removed')
      await tell({ what: 'passkey-removed', person: personId, by })
    },
  }
}
