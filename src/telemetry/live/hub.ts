import { Counter, Gauge, type Registry } from 'prom-client'
import { dataOfMetric } from '../../kernel/metrics/data-class.ts'
import { findMetric } from '../../kernel/metrics/index.ts'
import type { DataOf } from '../../kernel/patient-filter.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { LiveMessage } from '../contract.ts'
import type { SampleBatch, Series, Telemetry, WaveformChunk } from '../model.ts'
import { encodeMessage, type LiveLimits, type LiveReader } from './reader.ts'
import { encodeWaveformFrame } from './waveform-frame.ts'

export interface LiveHub {
  /**
   * Sends a message to everyone who may see such data of the patient and wants alarms (scores, too); encoded once. `null`:
   * it belongs to no patient (a device came or went), and goes to those who see what is nobody's. Without data it says nothing
   * but that there is something to ask for again.
   */
  publish(message: LiveMessage, patient: string | null, data: DataOf | null): void
  add(reader: LiveReader): () => void
  readonly limits: LiveLimits
  close(): void
}

const pingPeriodMs = 20_000
const beatPeriodMs = 5_000
/** Older than this when it arrives: the backlog of a device that was away, which no screen shows as now. */
const liveWindowUs = 5 * 60 * 1_000_000
const defaultLimits: LiveLimits = { dropBytes: 1 << 20, closeBytes: 8 << 20 }

/** Fans out what is stored, and what monitoring says, to the readers of `/live`. */
export function createLiveHub(deps: {
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly metrics: Registry
  readonly limits?: LiveLimits
}): LiveHub {
  const readers = new Set<LiveReader>()
  const registers = [deps.metrics]
  const droppedTotal = new Counter({
    name: 'vitalwire_live_dropped_total',
    help: 'Messages left out because their reader was slow.',
    registers,
  })
  new Gauge({
    name: 'vitalwire_live_readers',
    help: 'Connected readers.',
    registers,
    collect() {
      this.set(readers.size)
    },
  })

  function offer(wants: (reader: LiveReader) => boolean, encode: () => Buffer, binary: boolean): void {
    let data: Buffer | undefined
    for (const reader of readers) {
      if (!wants(reader)) continue
      data ??= encode()
      if (!reader.offer(data, binary)) droppedTotal.inc()
    }
  }

  function samples(batch: SampleBatch): void {
    if (readers.size === 0) return
    for (let i = 0; i < batch.count; i++) {
      if (batch.receivedAt[i]! - batch.measuredAt[i]! > liveWindowUs) continue
      const series = deps.telemetry.series(batch.series[i]!)
      const patient = series?.patient
      if (!series || typeof patient !== 'string') continue
      const data = dataOfMetric(series.metric)
      offer(
        (reader) => reader.subscription.readings && reader.sees(patient, data),
        () => encodeMessage(readingMessage(series, patient, batch, i)),
        false,
      )
    }
  }

  function waveforms(chunks: readonly WaveformChunk[]): void {
    if (readers.size === 0) return
    for (const chunk of chunks) {
      if (chunk.receivedAt - chunk.startAt > liveWindowUs) continue
      const series = deps.telemetry.series(chunk.series)
      const patient = series?.patient
      if (!series || typeof patient !== 'string') continue
      const data = dataOfMetric(series.metric)
      offer(
        (reader) => reader.subscription.waveforms.has(series.metric) && reader.sees(patient, data),
        () => encodeWaveformFrame(patient, series.metric, chunk),
        true,
      )
    }
  }

  const stopListening = deps.telemetry.onStored({ samples, waveforms })
  const stopPinging = deps.clock.every(pingPeriodMs, () => {
    for (const reader of readers) reader.ping()
  })
  const stopBeating = deps.clock.every(beatPeriodMs, () => {
    const beat = { type: 'beat', serverTime: isoFromMicros(deps.clock.now()) } as const
    offer(
      () => true,
      () => encodeMessage(beat),
      false,
    )
  })

  return {
    limits: deps.limits ?? defaultLimits,
    publish(message, patient, of) {
      let data: Buffer | undefined
      for (const reader of readers) {
        const { alarms, patients } = reader.subscription
        const all = patients === 'all' && reader.permit.seesUnassigned
        if (!alarms || (patient === null ? !all : !wanted(reader, patient, of))) continue
        data ??= encodeMessage(message)
        reader.deliver(data)
      }
    },
    add(reader) {
      readers.add(reader)
      return () => readers.delete(reader)
    },
    close() {
      stopListening()
      stopPinging()
      stopBeating()
      for (const reader of readers) reader.close(1001, 'the server stops')
      readers.clear()
    },
  }
}

function readingMessage(series: Series, patient: string, batch: SampleBatch, i: number): LiveMessage {
  const value = batch.value[i]!
  return {
    type: 'reading',
    patient,
    device: series.device,
    metric: series.metric,
    value: Number.isFinite(value) ? value : null,
    unit: findMetric(series.metric)?.unit ?? '1',
    measuredAt: isoFromMicros(batch.measuredAt[i]! as Micros),
    receivedAt: isoFromMicros(batch.receivedAt[i]! as Micros),
    quality: batch.quality[i]!,
  }
}

const wanted = (reader: LiveReader, patient: string, data: DataOf | null): boolean =>
  data === null ? reader.knows(patient) : reader.sees(patient, data)
