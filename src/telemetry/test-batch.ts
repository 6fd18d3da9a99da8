import type { SampleBatch } from './model.ts'

/** A batch from rows, for tests; received a quarter of a second after it was measured. */
export function batchOf(
  rows: readonly (readonly [series: number, measuredAt: number, value: number, quality?: number])[],
): SampleBatch {
  return {
    count: rows.length,
    series: Uint32Array.from(rows, (row) => row[0]),
    measuredAt: Float64Array.from(rows, (row) => row[1]),
    receivedAt: Float64Array.from(rows, (row) => row[1] + 250_000),
    value: Float64Array.from(rows, (row) => row[2]),
    quality: Uint8Array.from(rows, (row) => row[3] ?? 0),
  }
}
