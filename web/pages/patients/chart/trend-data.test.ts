import { describe, expect, it } from 'vitest'
import type { PatientMonitoring, RuleView } from '../../../../src/monitoring/contract.ts'
import { limitsOf } from '../../../app/api/limits.ts'
import { csvOf } from './csv.ts'
import { tabulate } from './tabulate.ts'
import { trendGroups } from './trend-groups.ts'

const trend = (metric: string, values: readonly (number | null)[]) => ({
  metric,
  unit: '/min',
  timesMs: values.map((_, i) => i * 1_000),
  values,
  rawCount: values.length,
})
const rule = (id: string, metric: string, limit: number): RuleView =>
  ({ id, metric, params: { limit: { default: limit } } }) as unknown as RuleView

describe('limits', () => {
  const rules = [
    rule('spo2-low', 'spo2', 90),
    rule('spo2-very-low', 'spo2', 85),
    rule('heart-rate-high', 'heart-rate', 130),
    rule('heart-rate-low', 'heart-rate', 45),
  ]
  it('are the innermost of graded rules', () => {
    expect(limitsOf(rules, undefined).get('spo2')).toEqual({ low: 90 })
    expect(limitsOf(rules, undefined).get('heart-rate')).toEqual({ low: 45, high: 130 })
  })
  it('are the patient’s own where there are any', () => {
    const own = { limits: { 'spo2-low': { limit: 88 } } } as unknown as PatientMonitoring
    expect(limitsOf(rules, own).get('spo2')).toEqual({ low: 88 })
  })
})

it('a table has the last value of each piece of time, newest first, and no empty rows', () => {
  const table = tabulate([trend('heart-rate', [70, 71, null, 73])], 0, 48_000)
  expect(table.map((row) => row.values[0])).toEqual([73, 71, 70])
})

it('a file has a line for each point and none for a gap', () => {
  expect(csvOf([trend('heart-rate', [70, null])])).toBe(
    'time,metric,value,unit\r\n1970-01-01T00:00:00.000Z,heart-rate,70,/min\r\n',
  )
})

it('pressures share a chart and batteries have none', () => {
  expect(trendGroups(['battery-level', 'spo2', 'diastolic-bp', 'systolic-bp', 'weight'])).toEqual([
    ['spo2'],
    ['systolic-bp', 'diastolic-bp'],
    ['weight'],
  ])
})
