/** How often a stream speaks, learned from it: a running mean, quick at first, then over about eight intervals. */
export class Cadence {
  #intervals = 0
  #meanUs = 0
  /** Within a tenth of the mean there is nothing to learn. Empty until the mean is known. */
  steadyFromUs = Number.POSITIVE_INFINITY
  steadyToUs = Number.NEGATIVE_INFINITY

  learn(intervalUs: number): void {
    if (intervalUs <= 0) return
    this.#intervals++
    this.#meanUs += (intervalUs - this.#meanUs) / Math.min(this.#intervals, 8)
    if (this.#intervals < 4) return
    this.steadyFromUs = this.#meanUs * 0.9
    this.steadyToUs = this.#meanUs * 1.1
  }

  /** NaN until four intervals were seen. */
  get us(): number {
    return this.#intervals < 4 ? Number.NaN : this.#meanUs
  }
}
