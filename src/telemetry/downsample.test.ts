import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downsample } from './downsample.ts'

const series = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 50_000 }),
      fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.NaN)),
    ),
    {
      maxLength: 400,
    },
  )
  .map((steps) => {
    let time = 0
    return steps.map(([step, value]) => {
      time += step
      return [time, value] as const
    })
  })

describe('downsampling', () => {
  it('never gives more points than asked, rises strictly, and keeps lowest and highest', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 10, max: 120 }), (rows, points) => {
        const times = Float64Array.from(rows, (row) => row[0])
        const values = Float64Array.from(rows, (row) => row[1])
        const end = (times.at(-1) ?? 0) + 1
        const found = downsample(times, values, 0, end, points)
        expect(found.rawCount).toBe(rows.length)
        expect(found.measuredAt.length).toBeLessThanOrEqual(points)
        found.measuredAt.forEach((time, i) => {
          if (i > 0) expect(time).toBeGreaterThan(found.measuredAt[i - 1]!)
        })
        const present = values.filter((value) => !Number.isNaN(value))
        const drawn = found.value.filter((value) => !Number.isNaN(value))
        expect(Math.max(...drawn)).toBe(Math.max(...present))
        expect(Math.min(...drawn)).toBe(Math.min(...present))
      }),
    )
  })

  it('leaves a gap where samples stop for more than three intervals', () => {
    const times = Float64Array.of(0, 10, 20, 30, 61, 71)
    const found = downsample(times, Float64Array.of(1, 2, 3, 4, 5, 6), 0, 80, 100)
    expect([...found.measuredAt]).toEqual([0, 10, 20, 30, 45, 61, 71])
    expect(found.value[4]).toBeNaN()
  })

  it.each([2_000, 200])('takes a slower cadence beside a faster one for no gap, at %i points', (points) => {
    const slow = Array.from({ length: 60 }, (_, i) => i * 60)
    const stream = (from: number) => Array.from({ length: 600 }, (_, i) => from + i)
    const times = Float64Array.from([...slow, ...stream(3_600), ...stream(5_000)])
    const found = downsample(times, new Float64Array(times.length).fill(1), 0, 5_600, points)
    const gaps = [...found.measuredAt].filter((_, i) => Number.isNaN(found.value[i]))
    expect(gaps).toEqual([4_599])
  })
})
