export interface StretchLimit {
  /** A stretch has at most so many readings … */
  readonly readings: number
  /** … or is at most so long. */
  readonly shortestUs: number
}

/**
 * [from, to) in pieces by time that can be held in memory; those with nothing in them are left out. Found by halving, so
 * that years without a reading cost a few questions.
 */
export async function* stretches(
  count: (from: number, to: number) => Promise<number>,
  from: number,
  to: number,
  limit: StretchLimit,
): AsyncGenerator<readonly [from: number, to: number]> {
  if (from >= to) return
  const found = await count(from, to)
  if (found === 0) return
  if (found <= limit.readings || to - from <= limit.shortestUs) {
    yield [from, to]
    return
  }
  const middle = Math.floor((from + to) / 2)
  yield* stretches(count, from, middle, limit)
  yield* stretches(count, middle, to, limit)
}
