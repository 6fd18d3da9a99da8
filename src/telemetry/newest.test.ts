import { describe, expect, it } from 'vitest'
import { quality } from './model.ts'
import { Newest } from './newest.ts'

const second = 1_000_000
/** Times in seconds; the first of each is the measured, the second the received. */
type Told = readonly [measured: number, received: number, value: number, bits?: number]

describe('what is shown as newest', () => {
  it.each<[string, readonly Told[], number | undefined]>([
    [
      'is the newest by measured time',
      [
        [10, 10, 1],
        [12, 12, 2],
        [11, 13, 3],
      ],
      2,
    ],
    [
      'is what came after one that was ahead of its time',
      [
        [250, 10, 1],
        [11, 11, 2],
      ],
      2,
    ],
    [
      'is the newest of those',
      [
        [250, 10, 1],
        [11, 11, 2],
        [13, 13, 3],
        [12, 14, 4],
      ],
      3,
    ],
    [
      'is not what was only late',
      [
        [250, 10, 1],
        [3, 11, 2],
      ],
      1,
    ],
    [
      'is not what was withdrawn meanwhile',
      [
        [250, 10, 1],
        [11, 11, 2],
        [11, 11, 2, quality.enteredInError],
      ],
      1,
    ],
    [
      'is the newest again once time has come there',
      [
        [250, 10, 1],
        [11, 11, 2],
        [251, 251, 3],
        [250.5, 252, 4],
      ],
      3,
    ],
    [
      'is nothing where it is withdrawn and not read back',
      [
        [10, 10, 1],
        [10, 10, 1, quality.enteredInError],
      ],
      undefined,
    ],
  ])('%s', (_what, told, value) => {
    const newest = new Newest()
    for (const [measured, received, one, bits = 0] of told) {
      newest.tell(5, measured * second, received * second, one, bits)
    }
    expect(newest.standing(5)?.value).toBe(value)
    expect(newest.at[5]).toBe(Math.max(...told.map(([measured]) => measured)) * second)
  })
})
