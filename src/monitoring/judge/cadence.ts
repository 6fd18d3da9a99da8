/** How often a stream speaks, learned from it: a running mean, quick at first, then over about eight intervals. */
export class Cadence {
  #intervals = 0
  #meanUs = 0

  learn(intervalUs: number): void {
    if (intervalUs <= 0) return
    this.#intervals++
    this.#meanUs += (intervalUs - this.#meanUs) / Math.min(this.#intervals, 8)
  }

  /** NaN until four intervals were seen. */
  get us(): number {
    return this.#intervals < 4 ? Number.NaN : this.#meanUs
  }
}
