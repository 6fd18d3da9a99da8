/**
 * Which subtrees a proof is made of, RFC 6962 sections 2.1.1 and 2.1.2: each is a range of leaves. A range is covered by
 * perfect trees, and their hashes are what a log keeps.
 */
import { type Hash, nodeHash } from './hash.ts'

/** Leaves from `start` up to before `end`. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/** The perfect tree of 2^level leaves that begins at leaf `index` × 2^level. */
export interface TreeNode {
  readonly level: number
  readonly index: number
}

/** The largest power of two below `count`; `count` is at least 2. */
export function splitOf(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

/** Siblings on the way from the leaf up to the root; the leaf's own first. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  const ranges: LeafRange[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/** What shows that the tree of `from` leaves is the beginning of the tree of `to`. */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  if (!Number.isSafeInteger(from) || from < 0 || from > to)
    throw new RangeError(`a tree of ${from} is no beginning of one of ${to}`)
  if (from === 0 || from === to) return []
  const ranges: LeafRange[] = []
  let [start, end] = [0, to]
  // The old tree ends within [start, end); where it is a whole subtree that its reader knows, it need not be said.
  while (from < end) {
    const middle = start + splitOf(end - start)
    if (from <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  if (start > 0) ranges.push({ start, end })
  return ranges.reverse()
}

/** The perfect trees that cover the range, from the left; each range of a proof has one such cover. */
export function perfectParts({ start, end }: LeafRange): TreeNode[] {
  const parts: TreeNode[] = []
  let at = start
  while (at < end) {
    let level = 0
    let width = 1
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2
      level++
    }
    parts.push({ level, index: at / width })
    at += width
  }
  return parts
}

/** The hash of a range from those of its perfect parts. */
export function joinedParts(hashes: readonly Hash[]): Hash {
  const last = hashes.at(-1)
  if (!last) throw new RangeError('a range of no leaves has no parts')
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}
