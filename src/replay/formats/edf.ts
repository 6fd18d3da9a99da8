/**
 * European Data Format, EDF+ and BioSemi's 24-bit BDF: a fixed text header, then data records that hold a stretch of
 * every signal. EDF+ keeps events as time-stamped annotation lists (TAL) in a signal of their own, and gives each data
 * record its onset, so that interrupted recordings (EDF+D) keep their gaps. https://www.edfplus.info/specs/
 */
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Micros } from '../../kernel/time.ts'
import { toInt16 } from '../int16.ts'
import {
  type NumberColumn,
  numericRateLimitHz,
  type Recording,
  RecordingError,
  type RecordingEvent,
  type WavePiece,
} from '../recording.ts'

interface EdfSignal {
  readonly label: string
  readonly unit: string
  readonly scale: number
  readonly offset: number
  readonly samplesPerRecord: number
  readonly isAnnotations: boolean
}

interface EdfHeader {
  readonly headerBytes: number
  readonly records: number
  readonly recordS: number
  readonly startedAt: Micros | undefined
  readonly sampleBytes: 2 | 3
  readonly discontinuous: boolean
  readonly signals: readonly EdfSignal[]
}

const fixedHeaderBytes = 256

function parseStart(date: string, time: string): Micros | undefined {
  const day = /^(\d\d)\.(\d\d)\.(\d\d)$/.exec(date)
  const clock = /^(\d\d)\.(\d\d)\.(\d\d)$/.exec(time)
  if (!day || !clock) return undefined
  const twoDigits = Number(day[3])
  const year = twoDigits >= 85 ? 1900 + twoDigits : 2000 + twoDigits // EDF's own clipping year
  return (Date.UTC(
    year,
    Number(day[2]) - 1,
    Number(day[1]),
    Number(clock[1]),
    Number(clock[2]),
    Number(clock[3]),
  ) * 1_000) as Micros
}

function parseHeader(bytes: Buffer, path: string): EdfHeader {
  const text = (from: number, length: number) => bytes.toString('latin1', from, from + length).trim()
  const isBdf = bytes[0] === 0xff
  const count = Number(text(252, 4))
  if ((!isBdf && text(0, 8) !== '0') || !Number.isInteger(count) || count < 1 || count > 4096) {
    throw new RecordingError(path, 'is not an EDF or BDF file')
  }
  let at = fixedHeaderBytes
  const column = (width: number) => {
    const values = Array.from({ length: count }, (_, i) => text(at + i * width, width))
    at += width * count
    return values
  }
  const labels = column(16)
  column(80)
  const units = column(8)
  const [physicalMin, physicalMax, digitalMin, digitalMax] = [column(8), column(8), column(8), column(8)].map(
    (c) => c.map(Number),
  )
  column(80)
  const samples = column(8).map(Number)
  const signals = labels.map((label, i): EdfSignal => {
    const scale = (physicalMax![i]! - physicalMin![i]!) / (digitalMax![i]! - digitalMin![i]!)
    const isAnnotations = label === 'EDF Annotations' || label === 'BDF Annotations'
    if (!isAnnotations && !Number.isFinite(scale))
      throw new RecordingError(path, `signal "${label}" has no usable range`)
    return {
      label,
      unit: units[i]!,
      scale,
      offset: physicalMin![i]! - digitalMin![i]! * scale,
      samplesPerRecord: samples[i]!,
      isAnnotations,
    }
  })
  return {
    headerBytes: Number(text(184, 8)),
    records: Number(text(236, 8)),
    recordS: Number(text(244, 8)),
    startedAt: parseStart(text(168, 8), text(176, 8)),
    sampleBytes: isBdf ? 3 : 2,
    discontinuous: /^(EDF|BDF)\+D/.test(text(192, 44)),
    signals,
  }
}

/** A TAL: `+onset[␕duration]␔text␔…␔␀`; the first of a record is empty and gives the record's own onset. */
function parseAnnotationList(bytes: Buffer): { onsetS: number | undefined; events: RecordingEvent[] } {
  const events: RecordingEvent[] = []
  let onsetS: number | undefined
  for (const list of bytes.toString('utf8').split('\0')) {
    const [stamp, ...texts] = list.split('\x14')
    const timeS = Number((stamp ?? '').split('\x15')[0])
    if (!stamp || !/^[+-]/.test(stamp) || Number.isNaN(timeS)) continue
    if (onsetS === undefined && texts[0] === '') onsetS = timeS
    for (const label of texts) if (label !== '') events.push({ timeS, kind: 'note', label })
  }
  return { onsetS, events }
}

function readSamples(data: Buffer, from: number, count: number, sampleBytes: 2 | 3): Int32Array {
  const out = new Int32Array(count)
  for (let i = 0; i < count; i++) out[i] = data.readIntLE(from + i * sampleBytes, sampleBytes)
  return out
}

/** Joins record after record into unbroken stretches. */
class Stretch {
  #parts: Int32Array[] = []
  #startS = 0
  #endS = Number.NaN
  readonly signal: EdfSignal
  readonly rateHz: number
  readonly pieces: { startS: number; raw: Int32Array }[] = []
  constructor(signal: EdfSignal, rateHz: number) {
    this.signal = signal
    this.rateHz = rateHz
  }
  add(startS: number, samples: Int32Array): void {
    if (Math.abs(startS - this.#endS) > 0.5 / this.rateHz) this.flush()
    if (this.#parts.length === 0) this.#startS = startS
    this.#parts.push(samples)
    this.#endS = startS + samples.length / this.rateHz
  }
  flush(): void {
    if (this.#parts.length === 0) return
    const raw = new Int32Array(this.#parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of this.#parts) {
      raw.set(part, at)
      at += part.length
    }
    this.pieces.push({ startS: this.#startS, raw })
    this.#parts = []
  }
}

function outcome(stretch: Stretch): { waves: WavePiece[]; numbers: NumberColumn[] } {
  const { signal, rateHz, pieces } = stretch
  if (rateHz > numericRateLimitHz) {
    return {
      numbers: [],
      waves: pieces.map(({ startS, raw }) => ({
        signal: signal.label,
        unit: signal.unit,
        startS,
        rateHz,
        ...toInt16(raw, signal.scale, signal.offset),
      })),
    }
  }
  const count = pieces.reduce((sum, piece) => sum + piece.raw.length, 0)
  const column = {
    signal: signal.label,
    unit: signal.unit,
    timesS: new Float64Array(count),
    values: new Float64Array(count),
  }
  let at = 0
  for (const { startS, raw } of pieces) {
    for (let i = 0; i < raw.length; i++, at++) {
      column.timesS[at] = startS + i / rateHz
      column.values[at] = raw[i]! * signal.scale + signal.offset
    }
  }
  return { waves: [], numbers: [column] }
}

/** @throws RecordingError where the file is no EDF or is cut. */
export async function readEdf(path: string): Promise<Recording> {
  const file = await open(path)
  try {
    const data = await file.readFile()
    if (data.length < fixedHeaderBytes) throw new RecordingError(path, 'is shorter than an EDF header')
    const header = parseHeader(data, path)
    const recordBytes = header.signals.reduce((sum, s) => sum + s.samplesPerRecord, 0) * header.sampleBytes
    const present = Math.floor((data.length - header.headerBytes) / recordBytes)
    const records = header.records < 0 ? present : header.records // -1: the recorder never closed the file
    if (records > present)
      throw new RecordingError(path, `is cut: ${present} of ${records} data records are there`)
    const stretches = header.signals.map(
      (signal) => new Stretch(signal, signal.samplesPerRecord / header.recordS),
    )
    const events: RecordingEvent[] = []
    for (let record = 0; record < records; record++) {
      const base = header.headerBytes + record * recordBytes
      let onsetS = record * header.recordS
      let at = base
      for (const signal of header.signals) {
        const bytes = signal.samplesPerRecord * header.sampleBytes
        if (signal.isAnnotations) {
          const list = parseAnnotationList(data.subarray(at, at + bytes))
          if (header.discontinuous && list.onsetS !== undefined) onsetS = list.onsetS
          events.push(...list.events)
        }
        at += bytes
      }
      at = base
      header.signals.forEach((signal, i) => {
        if (!signal.isAnnotations && header.recordS > 0) {
          stretches[i]!.add(onsetS, readSamples(data, at, signal.samplesPerRecord, header.sampleBytes))
        }
        at += signal.samplesPerRecord * header.sampleBytes
      })
    }
    for (const stretch of stretches) stretch.flush()
    const parts = stretches.filter((s) => !s.signal.isAnnotations).map(outcome)
    const waves = parts.flatMap((part) => part.waves)
    const numbers = parts.flatMap((part) => part.numbers)
    const lastEndS = waves.reduce((end, w) => Math.max(end, w.startS + w.samples.length / w.rateHz), 0)
    return {
      name: basename(path).replace(/\.[^.]+$/, ''),
      startedAt: header.startedAt,
      durationS: Math.max(lastEndS, records * header.recordS),
      waves,
      numbers,
      events,
      leftOut: [],
    }
  } finally {
    await file.close()
  }
}
