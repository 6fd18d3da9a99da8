/**
 * Fills a database with readings at 1 Hz of a ward of a given size, ending now: through `append` and compaction as
 * devices would that hand in an hour at a time, so that each block is written once and 100 million take minutes.
 */
import { Registry } from 'prom-client'
import { systemClock } from '../../src/platform/clock.ts'
import { silentLog } from '../../src/platform/log.ts'
import type { Database } from '../../src/platform/postgres/database.ts'
import { createTelemetry, type SampleBatch } from '../../src/telemetry/index.ts'

/** Of each patient; the newest of each is what a search asks for. */
export const metrics = [
  'heart-rate',
  'spo2',
  'respiratory-rate',
  'pulse-rate',
  'systolic-bp',
  'diastolic-bp',
  'mean-bp',
  'body-temperature',
  'perfusion-index',
  'oxygen-flow',
] as const

export const patientOf = (index: number): string => `bench-patient-${index}`
export const deviceOf = (index: number): string => `bench-${index}`

const secondUs = 1_000_000
const hourUs = 3_600 * secondUs
const batchReadings = 250_000
const batchesPerCompaction = 16

/** Answers how many seconds it took. */
export async function loadReadings(
  db: Database,
  { readings, patients }: { readonly readings: number; readonly patients: number },
): Promise<number> {
  const begin = performance.now()
  const telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
  const names = Array.from({ length: patients }, (_, p) => metrics.map((metric) => [p, metric] as const))
  const ids = await Promise.all(
    names.flat().map(([p, metric]) => telemetry.seriesId(patientOf(p), deviceOf(p), metric)),
  )
  const endUs = Math.floor(systemClock.now() / secondUs) * secondUs
  const startUs = endUs - Math.floor(readings / ids.length) * secondUs
  let batches = 0
  for (let hour = Math.floor(startUs / hourUs) * hourUs; hour < endUs; hour += hourUs) {
    const from = Math.max(startUs, hour)
    const seconds = (Math.min(endUs, hour + hourUs) - from) / secondUs
    const seriesPerBatch = Math.max(1, Math.floor(batchReadings / seconds))
    for (let at = 0; at < ids.length; at += seriesPerBatch) {
      await telemetry.append(walk(ids.slice(at, at + seriesPerBatch), from, seconds))
      if (++batches % batchesPerCompaction === 0) await telemetry.compactOnce({ all: true })
    }
    await telemetry.compactOnce({ all: true })
  }
  await telemetry.close()
  return (performance.now() - begin) / 1_000
}

/** Values that wander as vital signs do: most seconds the same, else a step; every fourth series in tenths. */
function walk(ids: readonly number[], from: number, seconds: number): SampleBatch {
  const count = ids.length * seconds
  const batch = {
    count,
    series: new Uint32Array(count),
    measuredAt: new Float64Array(count),
    receivedAt: new Float64Array(count),
    value: new Float64Array(count),
    quality: new Uint8Array(count),
  }
  let i = 0
  for (const id of ids) {
    const step = id % 4 === 0 ? 0.1 : 1
    let steps = Math.round(80 / step)
    let noise = (id * 2_654_435_761 + from / secondUs) >>> 0
    for (let second = 0; second < seconds; second++, i++) {
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0
      if (noise >>> 30 === 0) steps += (noise >>> 29) & 1 ? 1 : -1
      batch.series[i] = id
      batch.measuredAt[i] = from + second * secondUs
      batch.receivedAt[i] = batch.measuredAt[i]! + 200_000
      batch.value[i] = Math.round(steps * step * 10) / 10
    }
  }
  return batch
}
