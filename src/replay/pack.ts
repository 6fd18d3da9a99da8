/** Cuts a recording into SenML packs (RFC 8428, CBOR) in the order in which a device would have sent them. */
import { Encoder } from 'cbor-x'
import type { Micros } from '../kernel/time.ts'
import type { Recording } from './recording.ts'

export interface Pack {
  /** When it is due, seconds from the beginning: the end of what it holds. */
  readonly dueS: number
  readonly samples: number
  readonly payload: Uint8Array
}

/** How a signal of the recording travels; undefined: it is not sent. */
export interface Route {
  readonly metric: string
  readonly unit: string | undefined
}

export interface Routing {
  wave(signal: string, unit: string): Route | undefined
  number(signal: string, unit: string): Route | undefined
  /** The coded metric and number of an event. */
  event(kind: 'beat' | 'rhythm' | 'note', label: string): { metric: string; value: number } | undefined
}

// RFC 8428 §6: integer labels of SenML in CBOR.
const label = { bt: -3, n: 0, u: 1, v: 2, t: 6, vd: 8 } as const
const encoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false })

type Field = string | number | Uint8Array
type SenmlRecord = Map<number | string, Field>

interface Due {
  readonly dueS: number
  readonly samples: number
  readonly record: (startedAt: Micros) => SenmlRecord
}

/** Whole microseconds as the decimal seconds SenML wants; a double carries them exactly until 2255. */
const seconds = (startedAt: Micros, offsetS: number): number =>
  Math.round(startedAt + offsetS * 1_000_000) / 1_000_000

const maxRecords = 400
const maxBytes = 256 * 1024

function* wavesDue(recording: Recording, routing: Routing, packS: number): Generator<Due> {
  for (const wave of recording.waves) {
    const route = routing.wave(wave.signal, wave.unit)
    if (!route) continue
    const perPack = Math.max(1, Math.min(30_000, Math.round(wave.rateHz * packS)))
    for (let from = 0; from < wave.samples.length; from += perPack) {
      const samples = wave.samples.subarray(from, Math.min(from + perPack, wave.samples.length))
      const startS = wave.startS + from / wave.rateHz
      yield {
        dueS: startS + samples.length / wave.rateHz,
        samples: samples.length,
        record: (startedAt) => {
          const fields: SenmlRecord = new Map<number | string, Field>([
            [label.n, route.metric],
            [label.t, seconds(startedAt, startS)],
            [label.vd, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)],
            ['rateHz_', wave.rateHz],
            ['scale_', wave.scale],
            ['offset_', wave.offset],
          ])
          if (route.unit !== undefined) fields.set(label.u, route.unit)
          return fields
        },
      }
    }
  }
}

const reading = (metric: string, unit: string | undefined, value: number, timeS: number): Due => ({
  dueS: timeS,
  samples: 1,
  record: (startedAt) => {
    const fields: SenmlRecord = new Map<number | string, Field>([
      [label.n, metric],
      [label.t, seconds(startedAt, timeS)],
      [label.v, value],
    ])
    if (unit !== undefined) fields.set(label.u, unit)
    return fields
  },
})

function* readingsDue(recording: Recording, routing: Routing): Generator<Due> {
  for (const column of recording.numbers) {
    const route = routing.number(column.signal, column.unit)
    if (!route) continue
    for (let i = 0; i < column.values.length; i++) {
      yield reading(route.metric, route.unit, column.values[i]!, column.timesS[i]!)
    }
  }
  for (const event of recording.events) {
    const coded = routing.event(event.kind, event.label)
    if (coded) yield reading(coded.metric, undefined, coded.value, event.timeS)
  }
}

/**
 * All packs by time due. Samples of about `packS` seconds share one, within what a gateway takes.
 * @param startedAt the time that second 0 of the recording gets
 */
export function* packsOf(
  recording: Recording,
  routing: Routing,
  startedAt: Micros,
  packS = 1,
): Generator<Pack> {
  const due = [...wavesDue(recording, routing, packS), ...readingsDue(recording, routing)].sort(
    (a, b) => a.dueS - b.dueS,
  )
  let at = 0
  while (at < due.length) {
    const untilS = Math.max(due[at]!.dueS, (Math.floor(due[at]!.dueS / packS) + 1) * packS - 1e-9)
    const records: SenmlRecord[] = []
    let samples = 0
    let bytes = 0
    let dueS = due[at]!.dueS
    while (at < due.length && due[at]!.dueS <= untilS && records.length < maxRecords && bytes < maxBytes) {
      const next = due[at++]!
      records.push(next.record(startedAt))
      samples += next.samples
      bytes += next.samples * 2 + 32
      dueS = next.dueS
    }
    yield { dueS, samples, payload: encoder.encode(records) }
  }
}
