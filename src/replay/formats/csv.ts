/**
 * CSV with a header of signal names. One column is the time: seconds since the beginning (`time`, `Time [s]`), or
 * dates. Evenly spaced columns faster than a reading each half second are waveforms, everything else single readings.
 * An empty cell, `NaN` or `-` is a value that was not measured.
 */
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { parse } from 'csv-parse'
import { type Micros, microsFromIso } from '../../kernel/time.ts'
import { toInt16, validRuns } from '../int16.ts'
import {
  type NumberColumn,
  numericRateLimitHz,
  type Recording,
  RecordingError,
  type WavePiece,
} from '../recording.ts'

const timeName = /^(time|t|timestamp|date|datetime|elapsed)\b/i
const absent = new Set(['', 'nan', '-', 'na', 'null', '?'])

interface Column {
  readonly signal: string
  readonly unit: string
  readonly cells: string[]
}

/** `HR [/min]` or `glucose (mg/dL)`: name and unit. */
function parseName(text: string): { signal: string; unit: string } {
  const match = /^(.*?)\s*[[(]([^\])]+)[\])]\s*$/.exec(text.trim())
  return match ? { signal: match[1]!, unit: match[2]! } : { signal: text.trim(), unit: '' }
}

function parseTime(cell: string): { seconds: number; absolute: boolean } | undefined {
  if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell)) return { seconds: Number(cell), absolute: false }
  const iso = cell.trim().replace(' ', 'T')
  const exact = microsFromIso(/(Z|[+-]\d{2}:\d{2})$/.test(iso) ? iso : `${iso}Z`)
  return exact === undefined ? undefined : { seconds: exact / 1_000_000, absolute: true }
}

const decimalsOf = (cell: string): number => /\.(\d+)/.exec(cell)?.[1]?.length ?? 0

/**
 * How far a time may lie from where it was before it was printed: many a program writes five significant digits, so that
 * behind 100 s steps of 8 ms come as 0, 10, 10 ms.
 */
function roundingS(timeS: number, digits: number): number {
  return timeS === 0 ? 0 : 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(timeS))) + 1 - digits)
}

const digitsOf = (cell: string): number => cell.replace(/[eE].*$|^-?0*\.?0*|\./g, '').length

/**
 * The constant rate of the times, or undefined where they are not evenly spaced: to a tenth of a step, or as well as
 * times of so many `digits` can show it.
 */
function evenRateHz(timesS: Float64Array, digits: number): number | undefined {
  if (timesS.length < 8) return undefined
  const step = (timesS.at(-1)! - timesS[0]!) / (timesS.length - 1)
  if (!(step > 0)) return undefined
  for (let i = 0; i < timesS.length; i++) {
    const ofLast = (roundingS(timesS.at(-1)!, digits) * i) / (timesS.length - 1)
    const rounding = Math.min(step, roundingS(timesS[i]!, digits) + ofLast)
    if (Math.abs(timesS[i]! - timesS[0]! - i * step) > 0.1 * step + rounding) return undefined
  }
  const rateHz = 1 / step
  return Math.abs(rateHz - Math.round(rateHz)) < 0.01 ? Math.round(rateHz) : rateHz
}

function wavesOf(column: Column, timesS: Float64Array, rateHz: number): WavePiece[] {
  const decimals = Math.min(
    6,
    column.cells.reduce((most, cell) => Math.max(most, decimalsOf(cell)), 0),
  )
  const steps = 10 ** decimals
  return validRuns((i) => !absent.has(column.cells[i]!.toLowerCase()), timesS.length).map(([from, to]) => {
    const raw = Int32Array.from(column.cells.slice(from, to), (cell) => Math.round(Number(cell) * steps))
    return {
      signal: column.signal,
      unit: column.unit,
      startS: timesS[from]!,
      rateHz,
      ...toInt16(raw, 1 / steps, 0),
    }
  })
}

function numbersOf(column: Column, timesS: Float64Array): NumberColumn {
  const present = [...timesS.keys()].filter((i) => !absent.has(column.cells[i]!.toLowerCase()))
  return {
    signal: column.signal,
    unit: column.unit,
    timesS: Float64Array.from(present, (i) => timesS[i]!),
    values: Float64Array.from(present, (i) => Number(column.cells[i])),
  }
}

/** @throws RecordingError where there is no time column or a cell is no number. */
export async function readCsv(path: string): Promise<Recording> {
  const rows: string[][] = []
  const parser = createReadStream(path).pipe(
    parse({ bom: true, trim: true, skip_empty_lines: true, relax_column_count: false }),
  )
  try {
    for await (const row of parser) rows.push(row as string[])
  } catch (error) {
    throw new RecordingError(path, `is no CSV: ${(error as Error).message}`)
  }
  const names = rows.shift() ?? []
  const timeAt = names.findIndex((name) => timeName.test(name))
  if (timeAt < 0)
    throw new RecordingError(path, `has no time column; its header is "${names.join(', ').slice(0, 120)}"`)
  const times = rows.map((row, i) => {
    const time = parseTime(row[timeAt]!)
    if (!time) throw new RecordingError(path, `line ${i + 2}: "${row[timeAt]}" is neither seconds nor a date`)
    return time
  })
  const firstS = times[0]?.seconds ?? 0
  const absolute = times[0]?.absolute ?? false
  const timesS = Float64Array.from(times, (time) => (absolute ? time.seconds - firstS : time.seconds))
  const leftOut: { what: string; why: string }[] = []
  const columns: Column[] = []
  names.forEach((name, i) => {
    if (i === timeAt || name === '') return
    const cells = rows.map((row) => row[i] ?? '')
    const bad = cells.findIndex((cell) => !absent.has(cell.toLowerCase()) && !Number.isFinite(Number(cell)))
    if (bad >= 0)
      leftOut.push({ what: name, why: `line ${bad + 2}: "${cells[bad]!.slice(0, 24)}" is no number` })
    else columns.push({ ...parseName(name), cells })
  })
  const digits = rows.reduce((most, row) => Math.max(most, digitsOf(row[timeAt]!)), 0)
  const rateHz = evenRateHz(timesS, absolute ? Number.POSITIVE_INFINITY : digits)
  const isWave = rateHz !== undefined && rateHz > numericRateLimitHz
  return {
    name: basename(path).replace(/\.[^.]+$/, ''),
    startedAt: absolute ? ((firstS * 1_000_000) as Micros) : undefined,
    durationS: timesS.at(-1) ?? 0,
    waves: isWave ? columns.flatMap((column) => wavesOf(column, timesS, rateHz)) : [],
    numbers: isWave ? [] : columns.map((column) => numbersOf(column, timesS)),
    events: [],
    leftOut,
  }
}
