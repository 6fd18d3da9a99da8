import type { SampleBatch } from '../telemetry/model.ts'

const firstLength = 4_096

/** Columns that grow, for the readings of many packs; used again after each hand-over. */
export class ReadingBatch implements SampleBatch {
  count = 0
  series = new Uint32Array(firstLength)
  measuredAt = new Float64Array(firstLength)
  receivedAt = new Float64Array(firstLength)
  value = new Float64Array(firstLength)
  quality = new Uint8Array(firstLength)

  reserve(more: number): void {
    const needed = this.count + more
    if (needed <= this.series.length) return
    const length = Math.max(needed, this.series.length * 2)
    this.series = widened(this.series, new Uint32Array(length))
    this.measuredAt = widened(this.measuredAt, new Float64Array(length))
    this.receivedAt = widened(this.receivedAt, new Float64Array(length))
    this.value = widened(this.value, new Float64Array(length))
    this.quality = widened(this.quality, new Uint8Array(length))
  }
}

function widened<T extends Uint32Array | Float64Array | Uint8Array>(column: T, wider: T): T {
  wider.set(column)
  return wider
}
