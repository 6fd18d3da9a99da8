const keptUs = 2 * 3_600_000_000

/** The changes of one score over the last hours, so that "an hour ago" needs no query. */
export class ScoreHistory {
  #changes: { readonly at: number; readonly total: number }[] = []

  load(times: Float64Array, totals: Float64Array): void {
    this.#changes = []
    for (let i = 0; i < times.length; i++) this.add(times[i]!, totals[i]!)
  }

  add(at: number, total: number): void {
    this.#changes.push({ at, total })
    // The last change before the window still says what held at its start.
    while (this.#changes.length > 1 && this.#changes[1]!.at < at - keptUs) this.#changes.shift()
  }

  /** The total in force then; undefined where none was known. */
  at(time: number): number | undefined {
    return this.#changes.findLast((change) => change.at <= time)?.total
  }
}
