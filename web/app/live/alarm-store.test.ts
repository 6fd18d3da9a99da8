import { describe, expect, it } from 'vitest'
import type { AlarmView } from '../../../src/monitoring/contract.ts'
import { createAlarmStore } from './alarm-store.ts'

const alarm = (id: string, more: Partial<AlarmView> = {}): AlarmView =>
  ({
    id,
    patient: 'p1',
    priority: 'medium',
    kind: 'physiological',
    state: 'active',
    acknowledged: false,
    raisedAt: '2026-01-01T00:00:00Z',
    inhibitedBy: null,
    ...more,
  }) as AlarmView

describe('the alarms of the ward', () => {
  it('stand highest first, not acknowledged before acknowledged', () => {
    const store = createAlarmStore()
    store.put(alarm('a', { acknowledged: true }))
    store.put(alarm('b', { priority: 'high', patient: 'p2' }))
    store.put(alarm('c'))
    expect(store.all().map(({ id }) => id)).toEqual(['b', 'c', 'a'])
    expect(store.of('p1').map(({ id }) => id)).toEqual(['c', 'a'])
    expect(store.counts()).toEqual({ high: 1, medium: 1, low: 0 })
  })

  it('leave when they clear, and hide while another stands for them', () => {
    const store = createAlarmStore()
    store.put(alarm('a'))
    store.put(alarm('a', { inhibitedBy: 'b' }))
    expect(store.of('p1')).toEqual([])
    store.put(alarm('a'))
    store.put(alarm('a', { state: 'cleared' }))
    expect(store.all()).toEqual([])
  })

  it('are replaced by the board, which knows all of them', () => {
    const store = createAlarmStore()
    store.put(alarm('gone'))
    store.replaceAll([alarm('new', { patient: 'p2' })], [])
    expect(store.of('p1')).toEqual([])
    expect(store.of('p2')).toHaveLength(1)
  })

  it('stay the same list while nothing changes for a patient', () => {
    const store = createAlarmStore()
    store.put(alarm('a'))
    const before = store.of('p1')
    store.put(alarm('b', { patient: 'p2' }))
    expect(store.of('p1')).toBe(before)
  })
})
