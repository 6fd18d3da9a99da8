import { describe, expect, it } from 'vitest'
import { formatAge, formatCountUp, formatPatientLine, formatSigned, formatValue } from './format.ts'

describe('a value', () => {
  it.each([
    [38.94, 1, '38.9'],
    [98, 0, '98'],
    [-0.25, 2, '−0.25'],
    [-0.04, 1, '0.0'],
    [0, 1, '0.0'],
  ])('%f with %i decimals is %s', (value, decimals, text) => {
    expect(formatValue(value, decimals)).toBe(text)
  })
})

describe('an age has one unit and never a negative number', () => {
  it.each([
    [-500, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '47 h'],
    [48 * 3_600_000, '2 d'],
  ])('%i ms is %s', (ageMs, text) => {
    expect(formatAge(ageMs)).toBe(text)
  })
})

describe('an alarm counts up', () => {
  it.each([
    [0, '0:00'],
    [42_900, '0:42'],
    [725_000, '12:05'],
    [3_600_000, '1:00:00'],
    [11_220_000, '3:07:00'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatCountUp(ms)).toBe(text)
  })
})

it.each([
  [71, 'female', '71 F'],
  [null, 'male', 'M'],
  [40, null, '40'],
  [null, null, ''],
])('age %s and sex %s read %s', (age, sex, text) => {
  expect(formatPatientLine(age, sex)).toBe(text)
})

it('a change says its direction', () => {
  expect([3, 0, -2].map(formatSigned)).toEqual(['+3', '±0', '−2'])
})
