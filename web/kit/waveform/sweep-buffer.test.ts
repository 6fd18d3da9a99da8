import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSweepBuffer, type SweepChunk } from './sweep-buffer.ts'

const rateHz = 100
const startMs = 1_700_000_000_000
const chunk = (first: number, values: readonly number[], more: Partial<SweepChunk> = {}): SweepChunk => ({
  rateHz,
  startAtMs: startMs + (first * 1_000) / rateHz,
  scale: 1,
  offset: 0,
  samples: Int16Array.from(values),
  ...more,
})
const ramp = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i)

describe('a sweep buffer', () => {
  it('gives each sample at its own time, whatever pieces it came in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const buffer = createSweepBuffer()
        let sent = 0
        for (const size of sizes) {
          buffer.push(chunk(sent, ramp(sent, size)), startMs + sent * 10)
          sent += size
        }
        for (let i = 0; i < sent; i += 1) {
          expect(buffer.at(buffer.indexAt(startMs + i * 10))).toBe(i)
        }
        expect(buffer.endMs).toBe(startMs + sent * 10)
      }),
      { numRuns: 50 },
    )
  })

  it('keeps what never arrived as a gap', () => {
    const buffer = createSweepBuffer()
    buffer.push(chunk(0, [1, 2, 3]), startMs)
    buffer.push(chunk(6, [7, 8]), startMs)
    const values = ramp(0, 8).map((i) => buffer.at(i))
    expect(values).toEqual([1, 2, 3, Number.NaN, Number.NaN, Number.NaN, 7, 8])
  })

  it('takes a late piece into its gap', () => {
    const buffer = createSweepBuffer()
    buffer.push(chunk(0, [1]), startMs)
    buffer.push(chunk(3, [4]), startMs)
    buffer.push(chunk(1, [2, 3]), startMs)
    expect(ramp(0, 4).map((i) => buffer.at(i))).toEqual([1, 2, 3, 4])
  })

  it('forgets what is older than it keeps, and is not overwritten by what comes too late', () => {
    const buffer = createSweepBuffer(1)
    buffer.push(chunk(0, ramp(0, 60)), startMs)
    buffer.push(chunk(60, ramp(60, 60)), startMs)
    expect(buffer.at(10)).toBeNaN()
    expect(buffer.at(119)).toBe(119)
    buffer.push(chunk(15, [-1]), startMs)
    expect(buffer.at(115)).toBe(115)
  })

  it('begins again when the rate changes or the clock jumps', () => {
    const buffer = createSweepBuffer()
    buffer.push(chunk(0, [1, 2]), startMs)
    const before = buffer.generation
    buffer.push(chunk(0, [5], { rateHz: 250 }), startMs)
    expect(buffer.generation).toBeGreaterThan(before)
    expect(buffer.rateHz).toBe(250)
    expect(buffer.at(0)).toBe(5)
  })

  it('scales samples into the metric’s unit', () => {
    const buffer = createSweepBuffer()
    buffer.push(chunk(0, [100], { scale: 0.5, offset: -10 }), startMs)
    expect(buffer.at(0)).toBe(40)
  })

  it('lets the pen follow at a distance from which it does not run dry', () => {
    const buffer = createSweepBuffer()
    for (let i = 0; i < 20; i += 1) {
      const arrivesMs = startMs + i * 500 + 500 + (i % 3) * 40
      buffer.push(chunk(i * 50, ramp(0, 50)), arrivesMs)
      const nextArrivesMs = startMs + (i + 1) * 500 + 500 + ((i + 1) % 3) * 40
      if (i > 3) expect(nextArrivesMs - buffer.delayMs).toBeLessThanOrEqual(buffer.endMs)
    }
    expect(buffer.delayMs).toBeLessThan(1_000)
  })

  it('follows a device whose clock is an hour behind', () => {
    const buffer = createSweepBuffer()
    buffer.push(chunk(0, ramp(0, 50)), startMs + 3_600_000)
    expect(buffer.delayMs).toBeGreaterThan(3_600_000)
    expect(buffer.delayMs).toBeLessThan(3_601_000)
  })
})
