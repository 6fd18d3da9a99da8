import { describe, expect, it } from 'vitest'
import type { PacedNotifier } from './paced-notifier.ts'
import { createVitalsStore } from './vitals-store.ts'

const nowMs = 1_000_000
const quiet: PacedNotifier = { tell() {}, subscribe: () => () => {} }
const reading = (metric: string, value: number, measuredAtMs: number) => ({
  ...{ metric, value, quality: 0, measuredAtMs, device: 'd' },
})

describe('the newest values', () => {
  it('take a later reading, not an older one, and one from a clock ahead as of now', () => {
    const store = createVitalsStore(() => nowMs, quiet)
    store.put('p', reading('spo2', 97, nowMs - 2_000))
    store.put('p', reading('spo2', 96, nowMs - 3_000))
    expect(store.get('p', 'spo2')?.value).toBe(97)
    store.put('p', reading('spo2', 95, nowMs + 240_000))
    store.put('p', reading('spo2', 94, nowMs))
    expect(store.get('p', 'spo2')).toMatchObject({ value: 94, measuredAtMs: nowMs })
  })

  it('forget what was withdrawn, so that an older one counts again', () => {
    const store = createVitalsStore(() => nowMs, quiet)
    store.put('p', reading('spo2', 97, nowMs - 1_000))
    store.put('p', reading('heart-rate', 70, nowMs - 1_000))
    store.forget('p', 'spo2')
    expect([store.get('p', 'spo2'), store.metricsOf('p')]).toEqual([undefined, ['heart-rate']])
    store.put('p', reading('spo2', 90, nowMs - 60_000))
    expect(store.get('p', 'spo2')?.value).toBe(90)
    store.forget('p', null)
    expect(store.metricsOf('p')).toEqual([])
    store.forget('nobody', null)
  })
})
