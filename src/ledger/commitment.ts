/**
 * What a leaf is: a commitment to one written row, under a salt of its own. Without the salt nothing of the row can be
 * guessed from it, and no two commitments to equal rows are equal: once the salt is gone the leaf says nothing of anyone.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { base64, joinBytes, utf8 } from './bytes.ts'

/** `ledger`: the log's own marks. */
export type LeafKind = 'resource' | 'audit' | 'ledger'

/** With the salt, opens a commitment. */
export interface LeafOpening {
  readonly kind: LeafKind
  readonly key: string
  readonly atUs: number
  readonly patients: readonly string[]
  /** The row was there before the log: that it is from then is its own word. */
  readonly adopted: boolean
  /** SHA-256 of the content. */
  readonly digest: Uint8Array
}

export const saltBytes = 32
const domain = 'vitalwire/ledger-leaf/v1\n'

export const contentDigest = (content: string): Uint8Array => sha256(utf8(content))

/** The leaf's 32 bytes: SHA-256 over the domain, the salt and the opening as canonical JSON (RFC 8785). */
export function commitment(opening: LeafOpening, salt: Uint8Array): Uint8Array {
  const { adopted, atUs, digest, key, kind, patients } = opening
  const canonical = JSON.stringify({
    ...(adopted ? { adopted } : {}),
    atUs,
    digest: base64(digest),
    key,
    kind,
    patients: [...patients].sort(),
  })
  return sha256(joinBytes(utf8(domain), salt, utf8(canonical)))
}
