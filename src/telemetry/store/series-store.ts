import type { Database } from '../../platform/postgres/database.ts'
import type { Series } from '../model.ts'

export interface SeriesKey {
  readonly patient: string | null
  readonly device: string
  readonly metric: string
}

/** First and newest of a series, as the newest compaction left it. */
export interface LatestRow {
  readonly series: number
  readonly kind: number
  readonly firstAt: number
  readonly lastAt: number
  readonly receivedAt: number
  readonly value: number
  readonly quality: number
}

export const loadSeries = (db: Database): Promise<Series[]> =>
  db.query<{ id: number; patient: string | null; device: string; metric: string }>(
    'SELECT id, patient, device, metric FROM telemetry_series ORDER BY id',
  )

/** Makes what is new and answers all, also where another process makes the same at the same time. */
export async function ensureSeries(db: Database, keys: readonly SeriesKey[]): Promise<Series[]> {
  const columns = [
    keys.map((key) => key.patient),
    keys.map((key) => key.device),
    keys.map((key) => key.metric),
  ]
  await db.query(
    `INSERT INTO telemetry_series (patient, device, metric)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
     ON CONFLICT (patient, device, metric) DO NOTHING`,
    columns,
  )
  return db.query(
    `SELECT s.id, s.patient, s.device, s.metric
     FROM unnest($1::text[], $2::text[], $3::text[]) AS k (patient, device, metric)
     JOIN telemetry_series s ON s.device = k.device AND s.metric = k.metric
       AND s.patient IS NOT DISTINCT FROM k.patient`,
    columns,
  )
}

export const loadLatest = (db: Database): Promise<LatestRow[]> =>
  db.query(
    `SELECT series, kind, first_at AS "firstAt", last_at AS "lastAt", received_at AS "receivedAt", value, quality
     FROM telemetry_latest`,
  )
