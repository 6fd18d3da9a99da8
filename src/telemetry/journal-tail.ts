import type { StoredChunk } from './codec/waveforms.ts'
import { type Segment, segmentBytes } from './segment.ts'

export interface HeldRow {
  readonly id: number
  readonly min: number
  readonly max: number
  readonly bytes: number
  readonly segment?: Segment
  readonly chunks?: readonly StoredChunk[]
}

/**
 * Journal rows kept decoded in memory, so that reading a series need not fetch and unpack them. Only a cache: the
 * database says which rows exist, and a row that is not held is read from it. Bounded: the oldest go first.
 */
export class JournalTail {
  readonly #rows = new Map<number, HeldRow>()
  readonly #limitBytes: number
  #bytes = 0
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  holdSegment(id: number, segment: Segment, min: number, max: number): void {
    this.#hold({ id, min, max, bytes: segmentBytes(segment), segment })
  }

  holdChunks(id: number, chunks: readonly StoredChunk[], min: number, max: number): void {
    const samples = chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0)
    this.#hold({ id, min, max, bytes: samples * 2 + chunks.length * 200, chunks })
  }

  /** What is held of the rows that touch [from, to), by id. The answer stays good after rows are let go. */
  overlapping(kind: 'segment' | 'chunks', from: number, to: number): Map<number, HeldRow> {
    const found = new Map<number, HeldRow>()
    for (const row of this.#rows.values()) {
      if (row[kind] !== undefined && row.max >= from && row.min < to) found.set(row.id, row)
    }
    return found
  }

  all(): Map<number, HeldRow> {
    return new Map(this.#rows)
  }

  release(ids: readonly number[]): void {
    for (const id of ids) {
      const row = this.#rows.get(id)
      if (row && this.#rows.delete(id)) this.#bytes -= row.bytes
    }
  }

  #hold(row: HeldRow): void {
    this.#rows.set(row.id, row)
    this.#bytes += row.bytes
    for (const oldest of this.#rows.keys()) {
      if (this.#bytes <= this.#limitBytes) break
      this.release([oldest])
    }
  }
}
