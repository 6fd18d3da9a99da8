import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arterialSaturation, inspiredFraction, type Lungs, saturationAt, tensionAt } from './oxygen.ts'

const healthy: Lungs = {
  inspiredFraction: 0.21,
  carbonDioxideMmHg: 40,
  shunt: 0.03,
  haemoglobinGPerDl: 14,
  oxygenUseMlPerMin: 250,
  cardiacOutputLPerMin: 5,
}

describe('oxygen', () => {
  // Severinghaus JW, J Appl Physiol 1979;46:599: points of the standard human curve.
  it.each([
    [26.9, 50],
    [40, 75],
    [60, 90.6],
    [80, 95.8],
    [100, 97.7],
  ])('at %d mmHg saturates haemoglobin to %d %%', (tension, percent) => {
    expect(Math.abs(100 * saturationAt(tension) - percent)).toBeLessThan(0.8)
  })

  it('is found back on the curve from its saturation', () => {
    fc.assert(
      fc.property(fc.double({ min: 15, max: 200, noNaN: true }), (tension) => {
        expect(Math.abs(tensionAt(saturationAt(tension)) - tension)).toBeLessThan(0.01)
      }),
    )
  })

  it.each([
    [0, 0.21],
    [2, 0.29],
    [6, 0.45],
    [15, 0.85],
    [40, 0.85],
  ])('flow of %d L/min gives an inspired fraction of %d', (flow, fraction) => {
    expect(inspiredFraction(flow)).toBeCloseTo(fraction, 6)
  })

  it('saturates a healthy person to 96 to 98 %', () => {
    const percent = 100 * arterialSaturation(healthy)
    expect(percent).toBeGreaterThan(96)
    expect(percent).toBeLessThan(98)
  })

  it('helps against low ventilation, and little against shunt', () => {
    const gain = (lungs: Partial<Lungs>) =>
      arterialSaturation({ ...healthy, ...lungs, inspiredFraction: 0.33 }) -
      arterialSaturation({ ...healthy, ...lungs })
    expect(gain({ carbonDioxideMmHg: 75 })).toBeGreaterThan(0.1)
    expect(gain({ shunt: 0.4 })).toBeLessThan(0.06)
  })

  it('never saturates more with more shunt', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.double({ min: 0.21, max: 0.85, noNaN: true }),
        (a, b, fraction) => {
          const at = (shunt: number) => arterialSaturation({ ...healthy, shunt, inspiredFraction: fraction })
          expect(at(Math.max(a, b))).toBeLessThanOrEqual(at(Math.min(a, b)))
        },
      ),
    )
  })
})
