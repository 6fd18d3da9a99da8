/** Within this nothing is said of a clock: latency, jitter and the grain of our own times are as much. */
export const toleranceUs = 2_000_000
/** Further ahead is not believed unless the device itself says what its clock shows. */
const mostInferredUs = 300_000_000

const fewestDeliveries = 8
const shortestUs = 10_000_000
const betweenUs = 1_000_000
const mostKept = 16

export interface ClockEstimate {
  readonly offsetUs: number
  readonly accuracyUs: number
}

/**
 * What the newest reading of each delivery says of the device's clock. Only ahead can be told: a reading cannot be
 * measured after it is received. Behind looks just like a reading that was sent late, and is never guessed.
 */
export class AheadEstimator {
  #aheadUs: number[] = []
  #receivedAt: number[] = []

  reset(): void {
    this.#aheadUs = []
    this.#receivedAt = []
  }

  get empty(): boolean {
    return this.#aheadUs.length === 0
  }

  /**
   * Told of every delivery of one connection, in order. Answers where for ten seconds and eight deliveries the newest
   * reading was as far ahead (or, to end what was inferred before, as close) within two seconds.
   */
  add(receivedAt: number, aheadUs: number, mayBeRight: boolean): ClockEstimate | undefined {
    if (aheadUs < -toleranceUs || aheadUs > mostInferredUs || (aheadUs <= toleranceUs && !mayBeRight)) {
      this.reset()
      return undefined
    }
    const low = Math.min(aheadUs, ...this.#aheadUs)
    const high = Math.max(aheadUs, ...this.#aheadUs)
    if (high - low >= toleranceUs || receivedAt < (this.#receivedAt.at(-1) ?? 0)) this.reset()
    if (receivedAt - (this.#receivedAt.at(-1) ?? Number.NEGATIVE_INFINITY) >= betweenUs) {
      this.#aheadUs.push(aheadUs)
      this.#receivedAt.push(receivedAt)
    }
    if (this.#aheadUs.length > mostKept) {
      this.#aheadUs.shift()
      this.#receivedAt.shift()
    }
    if (this.#aheadUs.length < fewestDeliveries || receivedAt - this.#receivedAt[0]! < shortestUs)
      return undefined
    const sorted = this.#aheadUs.toSorted((a, b) => a - b)
    const middle = sorted[sorted.length >> 1]!
    // Close to right is right.
    return { offsetUs: middle <= toleranceUs ? 0 : middle, accuracyUs: high - low }
  }
}
