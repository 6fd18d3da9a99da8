import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { ProblemError } from '../../kernel/problem.ts'
import type { Person } from '../model.ts'
import { insertPasskey, listPasskeys, type Passkey } from '../store/passkeys.ts'
import type { Ceremonies } from './passkeys.ts'
import { passkeyRefused, passkeysUnavailable } from './problems.ts'
import { userHandle } from './user-handle.ts'

const mostPasskeys = 20
/** COSE: EdDSA, ES256, RS256. Named, since the library's own choice tries what is an experiment in Node. */
const algorithms = [-8, -7, -257]

// The library is loaded when the first passkey is: a server where nobody has one does without.
const library = () => import('@simplewebauthn/server')

export async function beginRegistration(
  { db, challenges, relyingParty }: Ceremonies,
  person: Person,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const party = relyingParty()
  if (!party) throw new ProblemError(passkeysUnavailable)
  const known = await listPasskeys(db, person.id)
  if (known.length >= mostPasskeys) {
    const message = `There are ${mostPasskeys} passkeys already. Remove one that is not used any more.`
    throw new ProblemError({ code: 'passkeys-too-many', status: 409, message })
  }
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpName: 'Vitalwire',
    rpID: party.id,
    userName: person.email,
    userDisplayName: person.name,
    userID: userHandle(person.id),
    challenge: await challenges.make({ purpose: 'register', subject: person.id }),
    // Which make of authenticator it is, is nobody's business here.
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
    // It takes the place of address, password and code: so it must know the person, and hold their handle.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

export async function register(
  { db, now, log, challenges, relyingParty }: Ceremonies,
  personId: string,
  name: string,
  response: RegistrationResponseJSON,
): Promise<Passkey> {
  const party = relyingParty()
  if (!party) throw new ProblemError(passkeysUnavailable)
  const { verifyRegistrationResponse } = await library()
  const answer = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenges.taker({ purpose: 'register', subject: personId }),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  }).catch((error: Error) => {
    log.info({ person: personId, reason: error.message }, 'passkey refused')
    return { verified: false as const }
  })
  if (!answer.verified) throw new ProblemError(passkeyRefused)
  const { credential, credentialDeviceType } = answer.registrationInfo
  const passkey: Passkey = {
    id: credential.id,
    personId,
    name,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: credential.transports ?? [],
    synced: credentialDeviceType === 'multiDevice',
    createdAt: now(),
    lastUsedAt: null,
  }
  if (!(await insertPasskey(db, passkey))) throw new ProblemError(passkeyRefused)
  log.info({ person: personId }, 'passkey added')
  return passkey
}
