import { describe, expect, it } from 'vitest'
import { AheadEstimator } from './ahead.ts'

const second = 1_000_000
const minute = 60 * second

/** Tells the estimator of a delivery each `everyS` seconds; answers the last estimate, and when the first came. */
function estimate(aheadS: readonly number[], options: { everyS?: number; mayBeRight?: boolean } = {}) {
  const estimator = new AheadEstimator()
  let first: number | undefined
  let last: ReturnType<AheadEstimator['add']>
  for (const [i, ahead] of aheadS.entries()) {
    const at = 1_000 * minute + i * (options.everyS ?? 2) * second
    last = estimator.add(at, ahead * second, options.mayBeRight ?? false)
    if (last && first === undefined) first = i
  }
  return { first, offsetS: last && last.offsetUs / second }
}
const times = (count: number, ahead: number) => Array<number>(count).fill(ahead)

describe('how far ahead a clock is', () => {
  it.each([
    ['is known after eight deliveries that are ahead alike', times(8, 240), {}, { first: 7, offsetS: 240 }],
    [
      'is the middle of what they say',
      [240, 241, 240.5, 240.2, 241.5, 240.1, 240.9, 240.4],
      {},
      { first: 7, offsetS: 240.5 },
    ],
    ['is not known after seven', times(7, 240), { everyS: 3 }, {}],
    ['is not known before ten seconds have passed', times(40, 240), { everyS: 0.2 }, {}],
    ['is known when they have', times(60, 240), { everyS: 0.2 }, { first: 50, offsetS: 240 }],
    [
      'is not known where they differ by two seconds',
      [240, 242, 244, 241, 239, 243, 240, 242, 240, 242],
      {},
      {},
    ],
    ['is not known where one is in time', [...times(7, 240), 0, ...times(7, 240)], {}, {}],
    ['is not known within two seconds', times(20, 1.9), {}, {}],
    ['is not guessed where the clock may be behind', times(20, -240), {}, {}],
    ['is not believed beyond five minutes', times(20, 301), {}, {}],
    [
      'starts anew when the clock is set',
      [...times(9, 240), ...times(9, 120)],
      {},
      { first: 7, offsetS: 120 },
    ],
    ['is nothing once it is right again', times(8, 0.5), { mayBeRight: true }, { first: 7, offsetS: 0 }],
    ['stays where readings are late', times(20, -30), { mayBeRight: true }, {}],
  ] as const)('%s', (_what, ahead, options, expected) => {
    expect(estimate(ahead, options)).toEqual({ first: undefined, offsetS: undefined, ...expected })
  })
})
