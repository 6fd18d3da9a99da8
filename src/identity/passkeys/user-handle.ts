/** What an authenticator keeps to find the person by (WebAuthn 3, 14.6.1: nothing that names them). */
import { hash } from 'node:crypto'

export const userHandle = (personId: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hash('sha256', `vitalwire person ${personId}`, 'buffer'))
