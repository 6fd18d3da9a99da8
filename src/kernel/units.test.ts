import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unitConversion } from './units.ts'

const glucose = 180.156

describe('unitConversion', () => {
  it.each([
    ['98.6 °F', 98.6, '[degF]', 'Cel', undefined, 37],
    ['310.15 K', 310.15, 'K', 'Cel', undefined, 37],
    ['16 kPa', 16, 'kPa', 'mm[Hg]', undefined, 120.0098],
    ['5.5 mmol/L glucose', 5.5, 'mmol/L', 'mg/dL', glucose, 99.0858],
    ['99 mg/dL glucose', 99, 'mg/dL', 'mmol/L', glucose, 5.4952],
    ['1.2 Hz', 1.2, 'Hz', '/min', undefined, 72],
    ['SenML beat/min', 72, 'beat/min', '/min', undefined, 72],
    ['SenML %EL', 80, '%EL', '%', undefined, 80],
    ['a ratio', 0.97, '1', '%', undefined, 97],
    ['pounds', 160, '[lb_av]', 'kg', undefined, 72.5748],
    ['the unit itself', 72, '/min', '/min', undefined, 72],
    ['an annotated unit', 72, '{beats}/min', '/min', undefined, 72],
  ] as const)('converts %s', (_, value, from, to, molarMass, expected) => {
    const conversion = unitConversion(from, to, molarMass)
    expect(conversion).toBeDefined()
    expect(value * conversion!.factor + conversion!.offset).toBeCloseTo(expected, 3)
  })

  it.each([
    ['another dimension', 'kg', '/min', undefined],
    ['no unit at all', 'furlongs per fortnight', '/min', undefined],
    ['mmol/L to mg/dL without a molar mass', 'mmol/L', 'mg/dL', undefined],
    ['an empty unit', '', 'mm[Hg]', undefined],
    ['an endless unit', 'm.'.repeat(500), 'mm[Hg]', undefined],
    ['a name every object has', 'constructor', '/min', undefined],
  ] as const)('refuses %s', (_, from, to, molarMass) => {
    expect(unitConversion(from, to, molarMass)).toBeUndefined()
  })

  it('never throws, whatever is given as a unit', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (unit) => {
        unitConversion(unit, '/min')
      }),
      { numRuns: 300 },
    )
  })
})
