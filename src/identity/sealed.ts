/** Secrets at rest that must be read again: AES-256-GCM under the key in `VITALWIRE_HOME`, never in the database. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Random } from '../platform/random.ts'

const version = 'v1.'
const nonceBytes = 12
const tagBytes = 16

export interface Sealing {
  /** `bound` names what it belongs to: moved to another row it does not open. */
  seal(secret: Uint8Array, bound: string): string
  /** Undefined where it was sealed under another key, for something else, or was altered. */
  open(sealed: string, bound: string): Uint8Array | undefined
}

/** @param key 32 bytes, base64url */
export function createSealing(key: string, random: Random): Sealing {
  const keyBytes = Buffer.from(key, 'base64url')
  return {
    seal(secret, bound) {
      const nonce = Buffer.from(random.secret(nonceBytes), 'base64url')
      const cipher = createCipheriv('aes-256-gcm', keyBytes, nonce).setAAD(Buffer.from(bound))
      const parts = [nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]
      return version + Buffer.concat(parts).toString('base64url')
    },
    open(sealed, bound) {
      if (!sealed.startsWith(version)) return undefined
      const bytes = Buffer.from(sealed.slice(version.length), 'base64url')
      if (bytes.length < nonceBytes + tagBytes) return undefined
      const end = bytes.length - tagBytes
      const options = { authTagLength: tagBytes }
      const decipher = createDecipheriv('aes-256-gcm', keyBytes, bytes.subarray(0, nonceBytes), options)
        .setAAD(Buffer.from(bound))
        .setAuthTag(bytes.subarray(end))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, end)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}
