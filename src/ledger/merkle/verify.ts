/** Checking of proofs, RFC 9162 sections 2.1.3.2 and 2.1.4.2. Trusts nothing of what it is given. */
import { emptyRoot, type Hash, hashBytes, nodeHash, sameHash } from './hash.ts'

export interface InclusionClaim {
  readonly leaf: Hash
  readonly index: number
  readonly size: number
  readonly root: Hash
  readonly proof: readonly Hash[]
}

export interface ConsistencyClaim {
  readonly from: number
  readonly fromRoot: Hash
  readonly to: number
  readonly toRoot: Hash
  readonly proof: readonly Hash[]
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0
const areHashes = (...hashes: readonly Hash[]) => hashes.every((hash) => hash.length === hashBytes)
const half = (value: number) => Math.floor(value / 2)

export function verifyInclusion({ leaf, index, size, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes(leaf, root, ...proof)) return false
  let node = index
  let last = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && sameHash(hash, root)
}

export function verifyConsistency({ from, fromRoot, to, toRoot, proof }: ConsistencyClaim): boolean {
  if (!isCount(from) || !isCount(to) || from > to || !areHashes(fromRoot, toRoot, ...proof)) return false
  if (from === to) return proof.length === 0 && sameHash(fromRoot, toRoot)
  // Every tree begins with the empty one.
  if (from === 0) return proof.length === 0 && sameHash(fromRoot, emptyRoot)
  let node = from - 1
  let last = to - 1
  while (node % 2 === 1) {
    node = half(node)
    last = half(last)
  }
  // A perfect old tree is itself the first hash.
  const path = node === 0 ? [fromRoot, ...proof] : proof
  const [first, ...rest] = path
  if (!first) return false
  let oldHash = first
  let newHash = first
  for (const sibling of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash)
      newHash = nodeHash(sibling, newHash)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      newHash = nodeHash(newHash, sibling)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && sameHash(oldHash, fromRoot) && sameHash(newHash, toRoot)
}
