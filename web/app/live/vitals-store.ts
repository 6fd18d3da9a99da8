/**
 * The newest value of each metric of each patient, outside React. A component subscribes to one patient and metric and
 * is told only of that; a second's worth of readings for forty patients never re-renders a tree.
 */
import { formatAge } from '../../kit/format.ts'
import { type Freshness, freshnessOf } from '../../kit/staleness.ts'
import type { PacedNotifier } from './paced-notifier.ts'

export interface Vital {
  readonly metric: string
  readonly value: number | null
  readonly quality: number
  readonly measuredAtMs: number
  readonly device: string
  readonly freshness: Freshness
  /** How old it is, in words that change rarely; kept for every value so that stale ones can say it. */
  readonly age: string
}

export interface Reading {
  readonly metric: string
  readonly value: number | null
  readonly quality: number
  readonly measuredAtMs: number
  readonly device: string
}

export function createVitalsStore(nowMs: () => number, notifier: PacedNotifier) {
  const vitals = new Map<string, Map<string, Vital>>()
  const metricLists = new Map<string, readonly string[]>()
  const nothing: readonly string[] = []
  let connected = true

  const keyOf = (patient: string, metric: string): string => `${patient} ${metric}`

  const judged = (reading: Reading): Vital => ({
    ...reading,
    freshness: freshnessOf(reading.metric, reading, nowMs(), connected),
    age: formatAge(nowMs() - reading.measuredAtMs),
  })

  return {
    /** Readings may arrive twice or out of order; only a newer one counts. */
    put(patient: string, reading: Reading): void {
      let ofPatient = vitals.get(patient)
      if (!ofPatient) {
        ofPatient = new Map()
        vitals.set(patient, ofPatient)
      }
      const known = ofPatient.get(reading.metric)
      // A clock that runs ahead must not make every later reading look old.
      const measuredAtMs = Math.min(reading.measuredAtMs, nowMs())
      if (known && known.measuredAtMs > measuredAtMs) return
      ofPatient.set(reading.metric, judged({ ...reading, measuredAtMs }))
      if (!known) {
        metricLists.set(patient, [...ofPatient.keys()])
        notifier.tell(patient)
      }
      notifier.tell(keyOf(patient, reading.metric))
    },

    /** What was shown is not true any more; without a metric, nothing of the patient is. */
    forget(patient: string, metric: string | null): void {
      const ofPatient = vitals.get(patient)
      if (!ofPatient) return
      const gone = metric === null ? [...ofPatient.keys()] : [metric].filter((one) => ofPatient.has(one))
      for (const one of gone) ofPatient.delete(one)
      metricLists.set(patient, [...ofPatient.keys()])
      for (const one of gone) notifier.tell(keyOf(patient, one))
      notifier.tell(patient)
    },

    /** Once a second: what became stale without anything arriving. Only what changed its looks is told. */
    sweep(): void {
      for (const [patient, ofPatient] of vitals) {
        for (const [metric, vital] of ofPatient) {
          const next = judged(vital)
          const looksSame =
            next.freshness === vital.freshness && (next.freshness === 'live' || next.age === vital.age)
          if (looksSame) continue
          ofPatient.set(metric, next)
          notifier.tell(keyOf(patient, metric))
        }
      }
    },

    setConnected(next: boolean): void {
      if (connected === next) return
      connected = next
      this.sweep()
    },

    get: (patient: string, metric: string): Vital | undefined => vitals.get(patient)?.get(metric),
    metricsOf: (patient: string): readonly string[] => metricLists.get(patient) ?? nothing,

    /** To one value, or, without a metric, to which metrics there are. */
    subscribe(patient: string, metric: string | undefined, listener: () => void): () => void {
      return notifier.subscribe(metric === undefined ? patient : keyOf(patient, metric), listener)
    },
  }
}

export type VitalsStore = ReturnType<typeof createVitalsStore>
