import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trendRange } from './trend-scale.ts'

describe('the axis of a trend', () => {
  it.each([
    ['heart-rate', 72, 74, 40],
    ['systolic-bp', 118, 122, 60],
    ['body-temperature', 36.8, 36.9, 2],
    ['respiratory-rate', 3, 4, 20],
  ])('of %s from %d to %d spans at least %d', (metric, low, high, span) => {
    const [from, to] = trendRange(metric, low, high)
    expect(to - from).toBeGreaterThanOrEqual(span)
  })

  it('of SpO₂ is 85 to 100, lower only where it fell lower', () => {
    expect(trendRange('spo2', 96, 98)).toEqual([85, 100])
    const [from, to] = trendRange('spo2', 74, 98)
    expect(from).toBeLessThan(74)
    expect(to).toBe(100)
  })

  it('always holds what was measured', () => {
    const value = fc.double({ min: 0, max: 100, noNaN: true })
    const metric = fc.constantFrom('heart-rate', 'spo2', 'body-temperature', 'glucose', 'weight')
    fc.assert(
      fc.property(metric, value, value, (name, a, b) => {
        const [from, to] = trendRange(name, Math.min(a, b), Math.max(a, b))
        expect(from).toBeLessThanOrEqual(Math.min(a, b))
        expect(to).toBeGreaterThanOrEqual(Math.max(a, b))
        expect(to).toBeGreaterThan(from)
      }),
    )
  })
})
