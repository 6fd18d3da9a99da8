import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { ok, ProblemError, type Result, refused } from '../../kernel/problem.ts'
import type { Person } from '../model.ts'
import { type Proven, signInRefused } from '../sign-in.ts'
import { countUse, findPasskey, listPasskeys, type Passkey } from '../store/passkeys.ts'
import { findPerson } from '../store/people.ts'
import type { Occasion } from './challenges.ts'
import type { Ceremonies } from './passkeys.ts'
import { passkeysUnavailable } from './problems.ts'
import { userHandle } from './user-handle.ts'

/** What a passkey has to sign. Without a person any passkey of this server may: the authenticator offers its own. */
export async function beginProof(
  { db, challenges, relyingParty }: Ceremonies,
  occasion: Occasion,
  personId?: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const party = relyingParty()
  if (!party) throw new ProblemError(passkeysUnavailable)
  const own = personId === undefined ? [] : await listPasskeys(db, personId)
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server')
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: await challenges.make(occasion),
    allowCredentials: own.map(({ id, transports }) => ({ id, transports: [...transports] })),
    userVerification: 'required',
  })
}

/** Who signed, or one answer for whatever was wrong. */
export async function prove(
  deps: Ceremonies,
  occasion: Occasion,
  response: AuthenticationResponseJSON,
): Promise<Result<Proven>> {
  const { db, log, now } = deps
  const passkey = await findPasskey(db, response.id)
  const person = passkey && (await findPerson(db, passkey.personId))
  const checked = passkey && (await verify(deps, occasion, passkey, response))
  if (!passkey || !person || person.disabled || !checked || !handleFits(person, response)) {
    log.info({}, 'sign-in refused')
    return refused(signInRefused)
  }
  if (!(await countUse(db, passkey, checked.newCounter, now()))) return refused(signInRefused)
  log.info({ person: person.id }, 'signed in')
  // RFC 8176: a key in hardware or one that is copied between devices, and the person, whom the device verified.
  return ok({ person, methods: [passkey.synced ? 'swk' : 'hwk', 'user', 'mfa'] })
}

async function verify(
  { challenges, relyingParty, log }: Ceremonies,
  occasion: Occasion,
  passkey: Passkey,
  response: AuthenticationResponseJSON,
): Promise<{ readonly newCounter: number } | undefined> {
  const party = relyingParty()
  if (!party) return undefined
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenges.taker(occasion),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: {
        id: passkey.id,
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    })
    return verified ? authenticationInfo : undefined
  } catch (error) {
    log.info({ person: passkey.personId, reason: String(error) }, 'passkey refused')
    return undefined
  }
}

/** WebAuthn 3, 7.2 step 6: the handle, where one came, is that of the credential's owner. */
function handleFits(person: Person, { response }: AuthenticationResponseJSON): boolean {
  const { userHandle: given } = response
  return given === undefined || given === Buffer.from(userHandle(person.id)).toString('base64url')
}
