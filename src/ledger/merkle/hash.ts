/** Hashing of the Merkle tree, RFC 6962 section 2.1. Runs in Node and in browsers alike. */
import { sha256 } from '@noble/hashes/sha2.js'
import { equalBytes } from '../bytes.ts'

/** 32 bytes. */
export type Hash = Uint8Array

export const hashBytes = 32

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

export const emptyRoot: Hash = sha256(new Uint8Array())

export const leafHash = (data: Uint8Array): Hash => sha256.create().update(leafPrefix).update(data).digest()

export const nodeHash = (left: Hash, right: Hash): Hash =>
  sha256.create().update(nodePrefix).update(left).update(right).digest()

export const sameHash = equalBytes

/** The root over hashes of equally high perfect trees, RFC 6962 section 2.1. */
export function rootOver(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return emptyRoot
  let row: readonly Hash[] = hashes
  while (row.length > 1) {
    const above: Hash[] = []
    for (let i = 0; i + 1 < row.length; i += 2) above.push(nodeHash(row[i]!, row[i + 1]!))
    // The odd one out stands for itself one level up: the split falls at the largest power of two.
    if (row.length % 2 === 1) above.push(row.at(-1)!)
    row = above
  }
  return row[0]!
}
