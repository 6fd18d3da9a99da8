/** What every format comes to: pieces of waveform, columns of numbers, events, and what was left out and why. */
import type { Micros } from '../kernel/time.ts'

/** One unbroken piece of one signal: sample i is `samples[i] · scale + offset` at `startS + i / rateHz`. */
export interface WavePiece {
  readonly signal: string
  readonly unit: string
  readonly startS: number
  readonly rateHz: number
  readonly scale: number
  readonly offset: number
  readonly samples: Int16Array
}

/** Numbers over time; a sample that the recording marks as invalid is absent. */
export interface NumberColumn {
  readonly signal: string
  readonly unit: string
  readonly timesS: Float64Array
  readonly values: Float64Array
}

export interface RecordingEvent {
  readonly timeS: number
  /** A heart beat with its label, a change of rhythm, or a note. */
  readonly kind: 'beat' | 'rhythm' | 'note'
  readonly label: string
}

export interface Recording {
  readonly name: string
  /** As the file says; absent where it does not. */
  readonly startedAt: Micros | undefined
  readonly durationS: number
  readonly waves: readonly WavePiece[]
  readonly numbers: readonly NumberColumn[]
  readonly events: readonly RecordingEvent[]
  readonly leftOut: readonly { readonly what: string; readonly why: string }[]
}

/** A file that cannot be read, with the place and what to do. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`)
  }
}

/** Rates up to this travel as single readings, above it as waveforms. */
export const numericRateLimitHz = 2
