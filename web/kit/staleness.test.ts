import { describe, expect, it } from 'vitest'
import { metrics } from '../../src/kernel/metrics/index.ts'
import { maxAgeMsOf } from './parameters.ts'
import { freshnessOf, reasonKeyOf } from './staleness.ts'

const at = 1_000_000_000
const measured = (value: number | null, quality = 0) => ({ value, quality, measuredAtMs: at })

describe('a value may be believed', () => {
  it.each([
    ['a heart rate of this second', 'heart-rate', measured(80), 1_000, true, 'live'],
    ['a heart rate at the edge of its age', 'heart-rate', measured(80), 10_000, true, 'live'],
    ['a heart rate a moment beyond it', 'heart-rate', measured(80), 10_001, true, 'stale'],
    ['a cuff pressure of an hour ago', 'systolic-bp', measured(120), 3_600_000, true, 'live'],
    ['a cuff pressure of half a day ago', 'systolic-bp', measured(120), 43_200_000, true, 'stale'],
    ['anything while disconnected', 'heart-rate', measured(80), 0, false, 'stale'],
    ['no value', 'heart-rate', measured(null), 0, true, 'missing'],
    ['a value whose sensor could not measure', 'heart-rate', measured(0, 8), 0, true, 'missing'],
    ['a missing one while disconnected', 'spo2', measured(null, 10), 0, false, 'missing'],
  ] as const)('%s', (_, metric, value, ageMs, connected, freshness) => {
    expect(freshnessOf(metric, value, at + ageMs, connected)).toBe(freshness)
  })

  it('every metric of the catalogue has an age beyond which it is stale', () => {
    for (const id of metrics.keys()) expect(maxAgeMsOf(id), id).toBeGreaterThan(0)
  })
})

it.each([
  [10, 'leadOff'],
  [9, 'artefact'],
  [4, 'estimated'],
  [8, 'noSignal'],
] as const)('quality %i is explained as %s', (quality, key) => {
  expect(reasonKeyOf(quality)).toBe(key)
})
