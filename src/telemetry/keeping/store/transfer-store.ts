import type { Queryable, Transaction } from '../../../platform/postgres/database.ts'
import { blockTable } from '../../store/block-store.ts'

export interface ExportedBlock {
  readonly periodStart: number
  readonly readings: number
  readonly payload: Buffer
}

/** The next blocks of a series after that period. */
export const readBlocksAfter = (
  db: Queryable,
  kind: number,
  series: number,
  after: number,
  limit: number,
): Promise<ExportedBlock[]> =>
  db.query(
    `SELECT period_start AS "periodStart", readings, payload FROM ${blockTable(kind)}
     WHERE series = $1 AND period_start > $2 ORDER BY period_start LIMIT $3`,
    [series, after, limit],
  )

/** Of these numbers those that are series still. */
export const livingSeries = async (tx: Transaction, ids: readonly number[]): Promise<Set<number>> =>
  new Set(
    (await tx.query<{ id: number }>('SELECT id FROM telemetry_series WHERE id = ANY($1::int[])', [ids])).map(
      (row) => row.id,
    ),
  )

export interface ImportRow {
  readonly lines: number
  readonly readings: number
  readonly done: boolean
}

export const findImport = async (
  db: Queryable,
  exported: string,
  patient: string,
): Promise<ImportRow | undefined> =>
  (
    await db.query<ImportRow>(
      'SELECT lines, readings, done FROM telemetry_import WHERE export = $1 AND patient = $2',
      [exported, patient],
    )
  )[0]

export const noteImport = (
  tx: Queryable,
  key: { readonly export: string; readonly patient: string; readonly by: string; readonly at: number },
  row: ImportRow,
): Promise<unknown> =>
  tx.query(
    `INSERT INTO telemetry_import (export, patient, lines, readings, imported_at, imported_by, done)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (export, patient) DO UPDATE SET lines = excluded.lines, readings = excluded.readings,
       imported_at = excluded.imported_at, imported_by = excluded.imported_by, done = excluded.done`,
    [key.export, key.patient, row.lines, row.readings, key.at, key.by, row.done],
  )
