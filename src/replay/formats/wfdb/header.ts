/** WFDB header files (header(5) of the WFDB Applications Guide): one record line, then one line per signal or segment. */
import type { Micros } from '../../../kernel/time.ts'
import { RecordingError } from '../../recording.ts'

export interface WfdbSignal {
  readonly file: string
  readonly format: number
  readonly samplesPerFrame: number
  readonly skew: number
  readonly byteOffset: number
  /** Steps per physical unit. */
  readonly gain: number
  /** The step that means zero. */
  readonly baseline: number
  readonly unit: string
  readonly initialValue: number
  readonly checksum: number | undefined
  readonly description: string
}

export interface WfdbSegment {
  readonly name: string
  readonly lengthFrames: number
}

export interface WfdbHeader {
  readonly name: string
  readonly frameRateHz: number
  /** 0: as long as the files are. */
  readonly lengthFrames: number
  readonly startedAt: Micros | undefined
  readonly signals: readonly WfdbSignal[]
  /** Present in a multi-segment record. */
  readonly segments: readonly WfdbSegment[] | undefined
}

const defaultGain = 200 // header(5): a gain of zero or absent means 200 adu per mV, uncalibrated

function parseSignal(line: string, file: string): WfdbSignal {
  const fields = line.trim().split(/\s+/)
  const format = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(fields[1] ?? '')
  if (!fields[0] || !format) throw new RecordingError(file, `signal line not understood: "${line}"`)
  const gainField = /^(-?[\d.]+(?:[eE][+-]?\d+)?)?(?:\((-?\d+)\))?(?:\/(\S+))?$/.exec(fields[2] ?? '')
  const gain = Number(gainField?.[1] ?? 0) || defaultGain
  const adcZero = Number(fields[4] ?? 0)
  return {
    file: fields[0],
    format: Number(format[1]),
    samplesPerFrame: Number(format[2] ?? 1),
    skew: Number(format[3] ?? 0),
    byteOffset: Number(format[4] ?? 0),
    gain,
    baseline: Number(gainField?.[2] ?? adcZero),
    unit: gainField?.[3] ?? 'mV',
    initialValue: Number(fields[5] ?? adcZero),
    checksum: fields[6] === undefined ? undefined : Number(fields[6]),
    description: fields.slice(8).join(' '),
  }
}

function parseStart(time: string | undefined, date: string | undefined): Micros | undefined {
  const day = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(date ?? '')
  const clock = /^(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(time ?? '')
  if (!day || !clock) return undefined
  const midnight = Date.UTC(Number(day[3]), Number(day[2]) - 1, Number(day[1]))
  const seconds = Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
  return Math.round(midnight * 1_000 + seconds * 1_000_000) as Micros
}

/** @throws RecordingError naming the line. */
export function parseWfdbHeader(text: string, file: string): WfdbHeader {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const fields = (lines[0] ?? '').trim().split(/\s+/)
  const [name, segmentCount] = (fields[0] ?? '').split('/')
  const signalCount = Number(fields[1])
  if (!name || !Number.isInteger(signalCount)) {
    throw new RecordingError(file, `not a WFDB header: "${(lines[0] ?? '').slice(0, 80)}"`)
  }
  const frameRateHz = Number((fields[2] ?? '250').split('/')[0]) || 250
  const body = lines.slice(1)
  const common = {
    name,
    frameRateHz,
    lengthFrames: Number(fields[3] ?? 0),
    startedAt: parseStart(fields[4], fields[5]),
  }
  if (segmentCount !== undefined) {
    const segments = body.map((line) => {
      const [segment, length] = line.trim().split(/\s+/)
      if (!segment || !Number.isInteger(Number(length))) {
        throw new RecordingError(file, `segment line not understood: "${line}"`)
      }
      return { name: segment, lengthFrames: Number(length) }
    })
    return { ...common, signals: [], segments }
  }
  if (body.length < signalCount)
    throw new RecordingError(file, `${signalCount} signals announced, ${body.length} described`)
  return {
    ...common,
    signals: body.slice(0, signalCount).map((line) => parseSignal(line, file)),
    segments: undefined,
  }
}
