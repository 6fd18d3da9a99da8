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
    this.#forgetBefore(at - keptUs)
  }

  /** What was worked out afterwards, in any order; a total for a time that is known replaces it. */
  insert(past: readonly { readonly at: number; readonly total: number }[]): void {
    const byTime = new Map([...this.#changes, ...past].map((change) => [change.at, change]))
    this.#changes = [...byTime.values()].sort((a, b) => a.at - b.at)
    this.#forgetBefore((this.#changes.at(-1)?.at ?? 0) - keptUs)
  }

  /** The last change before the window still says what held at its start. */
  #forgetBefore(time: number): void {
    while (this.#changes.length > 1 && this.#changes[1]!.at < time) this.#changes.shift()
  }

  /** The total in force then; undefined where none was known. */
  at(time: number): number | undefined {
    return this.#changes.findLast((change) => change.at <= time)?.total
  }
}
