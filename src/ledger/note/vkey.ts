/** Verifier keys of signed notes (c2sp.org/signed-note): name, what they sign, and the public key. */
import { sha256 } from '@noble/hashes/sha2.js'
import { base64, fromBase64, hex, joinBytes, utf8 } from '../bytes.ts'

/** The signature types that are understood here; others are passed over. */
export const signatureTypes = { ed25519: 0x01, cosignature: 0x04 } as const
export type SignatureType = (typeof signatureTypes)[keyof typeof signatureTypes]

export interface VerifierKey {
  readonly name: string
  /** The first four bytes of the hash over name, type and key, in hexadecimal. */
  readonly keyId: string
  readonly type: SignatureType
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>
}

const publicKeyBytes = 32
const namePattern = /^[^\s+]+$/u

export function keyIdOf(name: string, type: SignatureType, publicKey: Uint8Array): string {
  return hex(sha256(joinBytes(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4))
}

export function verifierKey(
  name: string,
  type: SignatureType,
  publicKey: Uint8Array<ArrayBuffer>,
): VerifierKey {
  if (!namePattern.test(name)) throw new RangeError(`a key's name has no spaces and no plus: ${name}`)
  return { name, type, publicKey, keyId: keyIdOf(name, type, publicKey) }
}

export const vkeyText = ({ name, keyId, type, publicKey }: VerifierKey): string =>
  `${name}+${keyId}+${base64(joinBytes(Uint8Array.of(type), publicKey))}`

/** Undefined where it is no vkey, or of a type that is not understood here. */
export function parseVkey(text: string): VerifierKey | undefined {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text.trim())
  const material = match && fromBase64(match[3]!)
  if (!match || !material || material.length !== publicKeyBytes + 1) return undefined
  const type = Object.values(signatureTypes).find((known) => known === material[0])
  if (type === undefined) return undefined
  const key = verifierKey(match[1]!, type, material.slice(1))
  return key.keyId === match[2] ? key : undefined
}
