import type { StoredChunk } from './codec/waveforms.ts'
import { runOf, type Segment, segmentBytes } from './segment.ts'

export interface HeldRow {
  readonly id: number
  readonly min: number
  readonly max: number
  readonly bytes: number
  readonly segment?: Segment
  readonly chunks?: readonly StoredChunk[]
}

/** What the tail knows of one series' part of the journal. */
export interface HeldPart {
  /** Rows that hold something of the series; the database must say which of them still exist. */
  readonly rows: ReadonlyMap<number, HeldRow>
  /** Ranges of ids, ends included, of which nothing is known here: what exists in them must be fetched. */
  readonly unknown: { readonly from: readonly number[]; readonly to: readonly number[] }
}

const lastId = Number.MAX_SAFE_INTEGER

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

  /** For a reader of one series: of a thousand rows it needs the few dozen that the series is in. */
  ofSeries(kind: 'segment' | 'chunks', series: number, from: number, to: number): HeldPart {
    const rows = new Map<number, HeldRow>()
    const unknown: { from: number[]; to: number[] } = { from: [], to: [] }
    let next = 0
    // Rows come in the order of their ids: the journal has one writer here, and it waits for each.
    for (const row of this.#rows.values()) {
      if (row.id > next) {
        unknown.from.push(next)
        unknown.to.push(row.id - 1)
      }
      next = row.id + 1
      if (row[kind] !== undefined && row.max >= from && row.min < to && holds(row, series))
        rows.set(row.id, row)
    }
    unknown.from.push(next)
    unknown.to.push(lastId)
    return { rows, unknown }
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

const holds = ({ segment, chunks }: HeldRow, series: number): boolean =>
  segment ? runOf(segment, series) >= 0 : (chunks ?? []).some((chunk) => chunk.series === series)
