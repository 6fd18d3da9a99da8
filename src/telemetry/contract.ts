/**
 * `/live`: one WebSocket. The client authenticates by `Authorization: Bearer` header, or by its first message; then it
 * gets what its subscription asks and its actor may see. Without a subscription: readings and alarms of everyone
 * visible. What was measured long before it arrived (a device's backlog) is history, not live, and is not sent: ask for it.
 * Text frames are JSON (below). Binary frames are waveforms (layout below), only where asked for.
 */
export type LiveRequest =
  | { readonly type: 'authenticate'; readonly token: string }
  | {
      readonly type: 'subscribe'
      /** Absent: every patient the caller may see. */
      readonly patients?: readonly string[]
      readonly readings?: boolean
      readonly alarms?: boolean
      /** Metric ids whose waveforms are wanted; they arrive as binary frames. */
      readonly waveforms?: readonly string[]
    }

export type LiveMessage =
  | { readonly type: 'ready'; readonly actor: string; readonly serverTime: string }
  | {
      readonly type: 'reading'
      readonly patient: string
      readonly device: string
      readonly metric: string
      readonly value: number | null
      readonly unit: string
      readonly measuredAt: string
      readonly receivedAt: string
      readonly quality: number
    }
  /** An alarm came, changed or went; `alarm` has the form of `GET /alarms`. */
  | {
      readonly type: 'alarm'
      readonly alarm: Readonly<Record<string, unknown>> & { readonly id: string; readonly patient: string }
    }
  /** Readings that were shown were withdrawn or moved: forget the patient's (null: of every metric), and ask again. */
  | { readonly type: 'revised'; readonly patient: string; readonly metric: string | null }
  /** A score changed. */
  | { readonly type: 'score'; readonly patient: string; readonly score: Readonly<Record<string, unknown>> }
  /** Something that others decide about was done, without saying of whom: ask again. */
  | { readonly type: 'notice'; readonly about: 'break-glass' }
  /** A device came or went. */
  | { readonly type: 'device'; readonly device: string; readonly connection: 'online' | 'offline' }
  /** Every few seconds: silence for much longer means that the connection, or the server, is dead. */
  | { readonly type: 'beat'; readonly serverTime: string }
  /** The reader was slow: `dropped` messages were left out; ask for the state again. */
  | { readonly type: 'gap'; readonly dropped: number }
  | { readonly type: 'refused'; readonly reason: string }

/**
 * A waveform frame, little-endian:
 *   0  u8   version = 1
 *   1  u8   length of the patient id, P   (ASCII)
 *   2  u8   length of the metric id, M    (ASCII)
 *   3  u8   reserved = 0
 *   4  f32  rateHz
 *   8  f64  startAt, µs since 1970
 *  16  f64  scale
 *  24  f64  offset
 *  32  u32  sample count, N
 *  36  P bytes patient id, M bytes metric id, then zero to three bytes so that the samples begin on a multiple of 4
 *   …  N × i16
 */
export const waveformFrameVersion = 1

/** `GET /api/patients/{id}/trend?metric=…&from=…&to=…&points=…` */
export interface Trend {
  readonly metric: string
  readonly unit: string
  /** ms since 1970; strictly rising. */
  readonly timesMs: readonly number[]
  /** null: a gap. */
  readonly values: readonly (number | null)[]
  readonly rawCount: number
}

/**
 * `POST /api/patients/{id}/readings/entered-in-error` with `{metric, device?, from, to, reason}`: [from, to) measured, or
 * the moment `from` where both are the same.
 */
export interface WithdrawnReadings {
  /** Who, when and why, as a FHIR reference. */
  readonly change: string
  /** How many were withdrawn by this; those withdrawn before do not count. */
  readonly readings: number
  readonly from: string
  readonly to: string
}

/** `GET /api/patients/{id}/time-in-range?metric=…&from=…&to=…` */
export interface TimeInRange {
  readonly metric: string
  readonly unit: string
  readonly readings: number
  /** Readings with a value; null below where there is none. */
  readonly values: number
  readonly mean: number | null
  readonly min: number | null
  readonly max: number | null
  readonly standardDeviation: number | null
  /** The metric's bands in ascending order; empty where it has none. `share` is of the values. */
  readonly bands: readonly {
    readonly id: string
    readonly below?: number
    readonly through?: number
    readonly values: number
    readonly share: number | null
  }[]
}

/** `rollups`: summaries made from readings, which may outlive them. */
export type RetentionClassId =
  | 'waveform'
  | 'vital-sign'
  | 'home-measurement'
  | 'therapy'
  | 'score'
  | 'environment'
  | 'technical'
  | 'other'
  | 'rollups'

/** `GET /api/storage/retention`; `PUT` takes `{class, days}` and answers the list. */
export interface RetentionView {
  readonly class: RetentionClassId
  /** null: for ever. */
  readonly days: number | null
  readonly defaultDays: number | null
  readonly reason: string
  /** null: nobody changed it. */
  readonly changedAt: string | null
  readonly changedBy: string | null
}

/** `GET|POST /api/storage/holds`, `POST /api/storage/holds/{id}/lift` */
export interface HoldView {
  readonly id: number
  readonly patient: string
  /** Measured; null: without an end on that side. */
  readonly from: string | null
  readonly to: string | null
  readonly reason: string
  readonly placedAt: string
  readonly placedBy: string
  readonly liftedAt: string | null
  readonly liftedBy: string | null
  readonly liftReason: string | null
}

/** `GET /api/storage/deletions`, and of one patient `GET /api/patients/{id}/telemetry-deletions` */
export interface DeletionView {
  readonly series: number
  /** null: the series was erased with its patient. */
  readonly metric: string | null
  readonly device: string | null
  readonly kind: 'samples' | 'waveform' | 'rollups'
  readonly why: 'retention' | 'erasure'
  readonly from: string
  readonly to: string
  readonly readings: number
  readonly bytes: number
  readonly deletedAt: string
}

/** `POST /api/patients/{id}/erase-telemetry`, `GET /api/storage/erasures/{id}` */
export interface ErasureView {
  readonly id: number
  readonly patient: string
  readonly reason: string
  readonly askedAt: string
  readonly askedBy: string
  readonly state: 'running' | 'done'
  readonly series: number
  readonly readings: number
  /** `rewritten`: nothing of it is left in the tables' files; `vacuumed`: freed space is overwritten as it is used again. */
  readonly files: 'rewritten' | 'vacuumed' | null
  readonly doneAt: string | null
}

/** `GET /api/storage`: what telemetry takes on disk, and until when the disk lasts. */
export interface StorageView {
  readonly measuredAt: string
  readonly parts: readonly StoragePart[]
  /** null: the database is on another machine. */
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null
  /** As of what was measured in the last three days. */
  readonly bytesPerDay: number
  /** null: never at this rate, or not known. */
  readonly fullInDays: number | null
  readonly warning: string | null
}

export interface StoragePart {
  /** A class; `journal`: not yet in blocks; `record`: everything else in the database. */
  readonly part: RetentionClassId | 'journal' | 'record'
  readonly bytes: number
  readonly bytesPerDay: number
  /** null: for ever. */
  readonly days: number | null
}
