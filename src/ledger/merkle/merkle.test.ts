import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64, fromBase64, hex, utf8 } from '../bytes.ts'
import { emptyRoot, type Hash, leafHash, nodeHash, rootOver } from './hash.ts'
import { consistencyRanges, inclusionRanges, joinedParts, type LeafRange, perfectParts } from './ranges.ts'
import { verifyConsistency, verifyInclusion } from './verify.ts'

/** RFC 6962 section 2.1 as it is written there. */
function plainRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(plainRoot(leaves.slice(0, split)), plainRoot(leaves.slice(split)))
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => leafHash(utf8(`leaf ${i}`)))
const hashesOf = (leaves: readonly Hash[], ranges: readonly LeafRange[]) =>
  ranges.map(({ start, end }) =>
    joinedParts(
      perfectParts({ start, end }).map(({ level, index }) => {
        const width = 2 ** level
        return rootOver(leaves.slice(index * width, (index + 1) * width))
      }),
    ),
  )

describe('hashing after RFC 6962', () => {
  // The reference inputs of the Certificate Transparency logs, and the roots of the trees of the first 1 to 8.
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ]
  it.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('gives the reference root of the tree of %i leaves', (count, root) => {
    const leaves = inputs.slice(0, count).map((input) => leafHash(Buffer.from(input, 'hex')))
    expect(hex(rootOver(leaves))).toBe(root)
  })

  it('gives the root of the definition for any number of leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), (count) => {
        const leaves = leavesOf(count)
        expect(rootOver(leaves)).toEqual(plainRoot(leaves))
      }),
      { numRuns: 60 },
    )
  })
})

interface Vector {
  of: 'inclusion' | 'consistency'
  name: string
  desc: string
  leafIdx: number
  treeSize: number
  root: string
  leafHash: string
  size1: number
  size2: number
  root1: string
  root2: string
  proof: string[] | null
  wantErr: boolean
}

const bytes = (text: string | undefined) => fromBase64(text ?? '') ?? new Uint8Array()

/** From github.com/transparency-dev/merkle, testdata/ (Apache-2.0). */
describe('the vectors of transparency-dev/merkle', () => {
  const vectors = readFileSync(new URL('./vectors.ndjson', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector)

  it.each(vectors)('$of $name: $desc', (vector) => {
    const proof = (vector.proof ?? []).map(bytes)
    const holds =
      vector.of === 'inclusion'
        ? verifyInclusion({
            leaf: bytes(vector.leafHash),
            index: vector.leafIdx,
            size: vector.treeSize,
            root: bytes(vector.root),
            proof,
          })
        : verifyConsistency({
            from: vector.size1,
            to: vector.size2,
            fromRoot: bytes(vector.root1),
            toRoot: bytes(vector.root2),
            proof,
          })
    // One positive vector has words for roots; what is no hash is refused here.
    const areHashes = bytes(vector.root1).length === 32 || vector.of === 'inclusion'
    expect(holds).toBe(!vector.wantErr && areHashes)
  })
})

const twoSizes = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }))
  .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)])

describe('proofs', () => {
  it('of every leaf hold in its tree, and for no other leaf, place or root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (size, pick) => {
        const index = pick % size
        const leaves = leavesOf(size)
        const proof = hashesOf(leaves, inclusionRanges(index, size))
        const claim = { leaf: leaves[index]!, index, size, root: plainRoot(leaves), proof }
        expect(verifyInclusion(claim)).toBe(true)
        expect(verifyInclusion({ ...claim, leaf: leafHash(utf8('another')) })).toBe(false)
        expect(verifyInclusion({ ...claim, root: leafHash(utf8('another')) })).toBe(false)
        expect(verifyInclusion({ ...claim, proof: [...proof, emptyRoot] })).toBe(false)
        expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(size === 1)
        for (const other of [index - 1, index + 1])
          expect(verifyInclusion({ ...claim, index: other })).toBe(false)
      }),
    )
  })

  it('of consistency hold between any two sizes, and not over a changed past', () => {
    fc.assert(
      fc.property(twoSizes, fc.nat(), ([from, to], pick) => {
        const leaves = leavesOf(to)
        const proof = hashesOf(leaves, consistencyRanges(from, to))
        const claim = {
          from,
          to,
          fromRoot: plainRoot(leaves.slice(0, from)),
          toRoot: plainRoot(leaves),
          proof,
        }
        expect(verifyConsistency(claim)).toBe(true)
        expect(verifyConsistency({ ...claim, proof: [...proof, emptyRoot] })).toBe(false)
        if (from === 0) return
        const altered = leaves.with(pick % from, leafHash(utf8('altered')))
        const forked = hashesOf(altered, consistencyRanges(from, to))
        expect(verifyConsistency({ ...claim, toRoot: plainRoot(altered), proof: forked })).toBe(false)
      }),
    )
  })

  it('of a leaf that the tree has not is refused before it is looked for', () => {
    expect(() => inclusionRanges(3, 3)).toThrow('no leaf 3 in a tree of 3')
    expect(() => consistencyRanges(4, 3)).toThrow('a tree of 4 is no beginning of one of 3')
  })
})

it('base64 has one spelling for each bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (some) => {
      expect(base64(some)).toBe(Buffer.from(some).toString('base64'))
      expect(fromBase64(base64(some))).toEqual(some)
    }),
  )
  // The last two bits are not of any byte.
  expect(fromBase64('AB==')).toBeUndefined()
})
