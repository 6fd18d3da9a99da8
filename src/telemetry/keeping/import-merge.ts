import { chunkEnd, type StoredChunk } from '../codec/waveforms.ts'
import { sameChunk } from '../parts.ts'
import { allocateVersions, mergeVersions, sameValue, type Versions } from '../versions.ts'

/**
 * What two stores know of a series, as one: versions of a reading in the order they were stored, each once. What is there
 * already stays as it is, so that importing again changes nothing.
 */
export function uniteVersions(here: Versions, imported: Versions): Versions {
  if (here.count === 0) return mergeVersions([imported])
  const added = missing(here.count, imported.count, (i, j) => sameVersion(here, i, imported, j), {
    here: (i) => here.measuredAt[i]!,
    imported: (j) => imported.measuredAt[j]!,
  })
  const order = [
    ...Array.from({ length: here.count }, (_, i) => ({ from: here, i })),
    ...added.map((i) => ({ from: imported, i })),
  ].sort(
    (a, b) => a.from.measuredAt[a.i]! - b.from.measuredAt[b.i]! || a.from.stored[a.i]! - b.from.stored[b.i]!,
  )
  const united = allocateVersions(order.length)
  for (const [to, { from, i }] of order.entries()) {
    united.measuredAt[to] = from.measuredAt[i]!
    united.value[to] = from.value[i]!
    united.quality[to] = from.quality[i]!
    united.received[to] = from.received[i]!
    united.stored[to] = from.stored[i]!
  }
  return mergeVersions([united])
}

export function uniteChunks(
  here: readonly StoredChunk[],
  imported: readonly StoredChunk[],
): readonly StoredChunk[] {
  const same = (i: number, j: number) =>
    here[i]!.stored === imported[j]!.stored &&
    here[i]!.receivedAt === imported[j]!.receivedAt &&
    sameChunk(here[i]!, imported[j]!)
  const added = missing(here.length, imported.length, same, {
    here: (i) => here[i]!.startAt,
    imported: (j) => imported[j]!.startAt,
  })
  const all = [...here, ...added.map((j) => imported[j]!)].sort(
    (a, b) => a.startAt - b.startAt || a.stored - b.stored,
  )
  return all.filter((chunk, i) => i === 0 || !sameChunk(chunk, all[i - 1]!))
}

export const lastEnd = (chunks: readonly StoredChunk[]): number =>
  chunks.reduce((most, chunk) => Math.max(most, chunkEnd(chunk)), 0)

const sameVersion = (a: Versions, i: number, b: Versions, j: number): boolean =>
  a.measuredAt[i] === b.measuredAt[j] &&
  a.stored[i] === b.stored[j] &&
  a.received[i] === b.received[j] &&
  a.quality[i] === b.quality[j] &&
  sameValue(a.value[i]!, b.value[j]!)

/** Which of the imported are not here, each of those here standing for one; both sorted by time. */
function missing(
  hereCount: number,
  importedCount: number,
  same: (here: number, imported: number) => boolean,
  time: { here(i: number): number; imported(j: number): number },
): number[] {
  const found: number[] = []
  const used = new Uint8Array(hereCount)
  let first = 0
  for (let j = 0; j < importedCount; j++) {
    const at = time.imported(j)
    while (first < hereCount && time.here(first) < at) first++
    let match = -1
    for (let i = first; i < hereCount && time.here(i) === at; i++) {
      if (used[i] === 0 && same(i, j)) {
        match = i
        break
      }
    }
    if (match >= 0) used[match] = 1
    else found.push(j)
  }
  return found
}
