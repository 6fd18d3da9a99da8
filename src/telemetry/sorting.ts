import type { SampleBatch } from './model.ts'

/** The order of a batch by series, then measured time, then arrival. */
export interface SortedBatch {
  /** Ascending, each once. */
  readonly series: Uint32Array
  /** Run i is order[starts[i]] … order[starts[i + 1] - 1]. */
  readonly starts: Uint32Array
  readonly order: Uint32Array
}

/** Counting sort over series numbers; its counters are kept between calls. */
export class BatchSorter {
  #next = new Uint32Array(1024)

  sort(batch: SampleBatch): SortedBatch {
    const { count, series: ids, measuredAt } = batch
    const touched = this.#count(ids, count)
    const starts = new Uint32Array(touched.length + 1)
    for (let run = 0; run < touched.length; run++) {
      const id = touched[run]!
      starts[run + 1] = starts[run]! + this.#next[id]!
      this.#next[id] = starts[run]!
    }
    const order = new Uint32Array(count)
    for (let i = 0; i < count; i++) order[this.#next[ids[i]!]!++] = i
    for (let run = 0; run < touched.length; run++) {
      this.#next[touched[run]!] = 0
      sortRun(order.subarray(starts[run]!, starts[run + 1]!), measuredAt)
    }
    return { series: touched, starts, order }
  }

  #count(ids: Uint32Array, count: number): Uint32Array {
    const touched: number[] = []
    for (let i = 0; i < count; i++) {
      const id = ids[i]!
      if (id >= this.#next.length) {
        const wider = new Uint32Array(Math.max(id + 1, this.#next.length * 2))
        wider.set(this.#next)
        this.#next = wider
      }
      if (this.#next[id]!++ === 0) touched.push(id)
    }
    return Uint32Array.from(touched).sort()
  }
}

function sortRun(run: Uint32Array, measuredAt: Float64Array): void {
  for (let i = 1; i < run.length; i++) {
    if (measuredAt[run[i]!]! < measuredAt[run[i - 1]!]!) {
      run.sort((a, b) => measuredAt[a]! - measuredAt[b]! || a - b)
      return
    }
  }
}
