/** The browser's side of passkeys. Its library is loaded when the first one is used. */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

/** Why the device did not answer; `known`: it holds one of this person already. */
export class PasskeyStopped extends Error {
  override readonly name = 'PasskeyStopped'
  readonly known: boolean
  constructor(known: boolean) {
    super('the authenticator did not go on')
    this.known = known
  }
}

/** A passkey works under the host name that it was made for and its subdomains, nowhere else. */
export const passkeysWorkHere = (host: string | undefined): host is string =>
  host !== undefined &&
  'PublicKeyCredential' in globalThis &&
  (location.hostname === host || location.hostname.endsWith(`.${host}`))

async function orStopped<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw new PasskeyStopped(error instanceof Error && error.name === 'InvalidStateError')
  }
}

export async function makePasskey(options: unknown): Promise<object> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  const optionsJSON = options as PublicKeyCredentialCreationOptionsJSON
  return orStopped(() => startRegistration({ optionsJSON }))
}

export async function signByPasskey(options: unknown): Promise<object> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON
  return orStopped(() => startAuthentication({ optionsJSON }))
}
