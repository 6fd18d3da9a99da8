import { UcumLhcUtils } from '@lhncbc/ucum-lhc'
import { describe, expect, it } from 'vitest'
import { findMetric, metrics } from './index.ts'

const all = [...metrics.values()]
const duplicates = <T>(values: readonly T[]) => values.filter((value, at) => values.indexOf(value) !== at)
const units = UcumLhcUtils.getInstance()

/** LOINC codes that two metrics share on purpose: the first in the catalogue is what the code finds. */
const sharedLoinc = new Set(['8867-4'])

describe('the metric catalogue', () => {
  it('holds at least 65 metrics', () => expect(all.length).toBeGreaterThanOrEqual(65))

  it('names no MDC code, reference id, title or label twice', () => {
    expect(duplicates(all.flatMap((m) => (m.mdc ? [m.mdc.code] : [])))).toEqual([])
    expect(duplicates(all.flatMap((m) => (m.mdc ? [m.mdc.refId] : [])))).toEqual([])
    expect(duplicates(all.map((m) => `${m.kind} ${m.title}`))).toEqual([])
    expect(duplicates(all.map((m) => m.label))).toEqual([])
  })

  it('names no LOINC code twice, but those listed', () => {
    const codes = all.flatMap((m) =>
      [...(m.loinc ? [m.loinc] : []), ...(m.alsoLoinc ?? [])].map((c) => c.code),
    )
    expect(duplicates(codes).filter((code) => !sharedLoinc.has(code))).toEqual([])
  })

  it.each(all.map((m) => [m.id, m] as const))('%s is well formed', (id, metric) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect([...metric.label].length).toBeLessThanOrEqual(6)
    expect([...metric.label].length).toBeGreaterThan(0)
    expect(units.validateUnitString(metric.unit).status).toBe('valid')
    const [low, high] = metric.range
    expect(low).toBeLessThan(high)
    expect(Number.isInteger(metric.decimals) && metric.decimals >= 0 && metric.decimals <= 3).toBe(true)
    // 32-bit codes: partition · 65536 + term. A 16-bit term alone is the common mistake.
    if (metric.mdc) {
      expect(metric.mdc.code).toBeGreaterThan(0xffff)
      expect(metric.mdc.refId).toMatch(/^MDC_[A-Z0-9]+(_[A-Za-z0-9]+)*$/)
    }
    for (const { code } of [...(metric.loinc ? [metric.loinc] : []), ...(metric.alsoLoinc ?? [])]) {
      expect(loincCheckDigit(code)).toBe(code.split('-')[1])
    }
    if (metric.snomed) expect(metric.snomed.code).toMatch(/^\d{6,18}$/)
    expect(metric.kind === 'coded').toBe(metric.codes !== undefined)
    if (metric.codes) {
      const numbers = Object.keys(metric.codes).map(Number)
      expect(numbers).toEqual(Array.from({ length: high - low + 1 }, (_, at) => low + at))
      expect(duplicates(Object.values(metric.codes).map((c) => c.code))).toEqual([])
    }
  })

  it.each([
    ['heart-rate', 'heart-rate'],
    ['mdc:147842', 'heart-rate'],
    ['loinc:8867-4', 'heart-rate'],
    ['loinc:2708-6', 'spo2'],
    ['mdc:150456', 'spo2'],
    ['loinc:99504-3', 'interstitial-glucose'],
  ])('finds %s', (name, id) => expect(findMetric(name)?.id).toBe(id))

  it.each(['', 'mdc:', 'mdc:16770', 'loinc:', 'constructor', 'Heart-Rate'])('does not find %j', (name) => {
    expect(findMetric(name)).toBeUndefined()
  })
})

/** LOINC's check digit is Luhn's. */
function loincCheckDigit(code: string): string {
  const digits = [...(code.split('-')[0] ?? '')].reverse().map(Number)
  const sum = digits.reduce((total, digit, at) => {
    const doubled = at % 2 === 0 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return String((10 - (sum % 10)) % 10)
}
