/** A WFDB record: its header, its signal files, its segments, its annotations. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { toInt16, validRuns } from '../../int16.ts'
import {
  type NumberColumn,
  numericRateLimitHz,
  type Recording,
  RecordingError,
  type RecordingEvent,
  type WavePiece,
} from '../../recording.ts'
import { decodeAnnotations } from './annotations.ts'
import { parseWfdbHeader, type WfdbHeader, type WfdbSignal } from './header.ts'
import { decodeDifferences, sampleFormats } from './samples.ts'

/** One signal of one segment, in whole steps, at its own rate. */
interface RawSignal {
  readonly signal: WfdbSignal
  readonly rateHz: number
  readonly samples: Int32Array
  readonly missing: number
}

export interface WfdbData {
  readonly waves: WavePiece[]
  readonly numbers: NumberColumn[]
  readonly leftOut: { what: string; why: string }[]
}

function decodeFile(
  bytes: Uint8Array,
  signals: readonly WfdbSignal[],
  header: WfdbHeader,
  path: string,
): RawSignal[] {
  const first = signals[0]!
  const perFrame = signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0)
  const view = new DataView(
    bytes.buffer,
    bytes.byteOffset + first.byteOffset,
    bytes.byteLength - first.byteOffset,
  )
  const format = sampleFormats.get(first.format)
  if (first.format !== 8 && !format) {
    throw new RecordingError(
      path,
      `sample format ${first.format} is not supported (8, 16, 24, 32, 61, 80, 160, 212, 310 and 311 are)`,
    )
  }
  const interleaved = format
    ? format.decode(view, format.count(view.byteLength))
    : decodeDifferences(view, first.initialValue)
  const framesInFile = Math.floor(interleaved.length / perFrame)
  const frames = header.lengthFrames > 0 ? Math.min(header.lengthFrames, framesInFile) : framesInFile
  if (header.lengthFrames > framesInFile) {
    throw new RecordingError(
      path,
      `is cut: ${framesInFile} frames of the ${header.lengthFrames} that its header announces`,
    )
  }
  let place = 0
  return signals.map((signal) => {
    const width = signal.samplesPerFrame
    const samples = new Int32Array(frames * width)
    for (let frame = 0; frame < frames; frame++) {
      for (let k = 0; k < width; k++) samples[frame * width + k] = interleaved[frame * perFrame + place + k]!
    }
    place += width
    const rateHz = header.frameRateHz * width
    const missing = format?.missing ?? Number.NaN
    return {
      signal,
      rateHz,
      samples: signal.skew > 0 ? samples.subarray(signal.skew * width) : samples,
      missing,
    }
  })
}

async function readSegment(folder: string, header: WfdbHeader): Promise<RawSignal[]> {
  const raw: RawSignal[] = []
  const files = new Map<string, WfdbSignal[]>()
  for (const signal of header.signals) files.set(signal.file, [...(files.get(signal.file) ?? []), signal])
  for (const [file, signals] of files) {
    if (file === '~') continue // a layout's signal without samples
    const path = join(folder, file)
    if (!existsSync(path)) throw new RecordingError(path, 'is missing beside its header')
    raw.push(...decodeFile(await readFile(path), signals, header, path))
  }
  return raw
}

/** The 16-bit sum that a header carries of every signal's samples, to show that a file is whole. */
export const wfdbChecksum = (samples: Int32Array): number =>
  (samples.reduce((sum, sample) => (sum + sample) | 0, 0) << 16) >> 16

function collect(data: WfdbData, raw: RawSignal, startS: number): void {
  const { signal, rateHz, samples, missing } = raw
  const scale = 1 / signal.gain
  const offset = -signal.baseline / signal.gain
  const runs = validRuns((i) => samples[i] !== missing, samples.length)
  const name = signal.description || signal.file
  if (rateHz <= numericRateLimitHz) {
    const count = runs.reduce((sum, [from, to]) => sum + to - from, 0)
    const timesS = new Float64Array(count)
    const values = new Float64Array(count)
    let at = 0
    for (const [from, to] of runs) {
      for (let i = from; i < to; i++, at++) {
        timesS[at] = startS + i / rateHz
        values[at] = (samples[i]! - signal.baseline) / signal.gain
      }
    }
    data.numbers.push({ signal: name, unit: signal.unit, timesS, values })
    return
  }
  for (const [from, to] of runs) {
    const piece = toInt16(samples.subarray(from, to), scale, offset)
    data.waves.push({ signal: name, unit: signal.unit, startS: startS + from / rateHz, rateHz, ...piece })
  }
}

async function readSegments(folder: string, header: WfdbHeader, data: WfdbData): Promise<void> {
  let frame = 0
  for (const { name, lengthFrames } of header.segments ?? []) {
    const startS = frame / header.frameRateHz
    frame += lengthFrames
    if (name === '~' || lengthFrames === 0) continue // a gap; a variable layout's description
    const path = join(folder, `${name}.hea`)
    if (!existsSync(path)) {
      data.leftOut.push({ what: `segment ${name}`, why: `${name}.hea is not there` })
      continue
    }
    const segment = parseWfdbHeader(await readFile(path, 'latin1'), path)
    for (const raw of await readSegment(folder, segment)) collect(data, raw, startS)
  }
}

async function readAnnotations(stem: string, frameRateHz: number): Promise<RecordingEvent[]> {
  for (const annotator of ['atr', 'qrs', 'ecg']) {
    const path = `${stem}.${annotator}`
    if (existsSync(path)) return decodeAnnotations(await readFile(path), frameRateHz)
  }
  return []
}

/**
 * Reads a `.hea` with all that belongs to it.
 * @throws RecordingError naming the file and what is wrong with it
 */
export async function readWfdb(path: string): Promise<Recording> {
  const header = parseWfdbHeader(await readFile(path, 'latin1'), path)
  const folder = dirname(path)
  const data: WfdbData = { waves: [], numbers: [], leftOut: [] }
  if (header.segments) await readSegments(folder, header, data)
  else for (const raw of await readSegment(folder, header)) collect(data, raw, 0)
  const ends = [
    ...data.waves.map((wave) => wave.startS + wave.samples.length / wave.rateHz),
    ...data.numbers.map((column) => column.timesS.at(-1) ?? 0),
  ]
  return {
    name: basename(path, '.hea'),
    startedAt: header.startedAt,
    durationS: ends.reduce((longest, end) => Math.max(longest, end), 0),
    ...data,
    events: await readAnnotations(join(folder, basename(path, '.hea')), header.frameRateHz),
  }
}
