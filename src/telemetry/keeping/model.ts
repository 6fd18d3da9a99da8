import type { Transaction } from '../../platform/postgres/database.ts'
import type { BlockKey } from '../store/block-store.ts'
import type { LatestRow } from '../store/series-store.ts'

/** Rows of one series that were deleted, for the log of deletions. */
export interface Deleted {
  readonly series: number
  readonly kind: number
  readonly firstAt: number
  readonly lastAt: number
  readonly blocks: number
  readonly readings: number
  readonly bytes: number
}

export const rollupKind = 2

/**
 * What is made from blocks and stored beside them. Whoever deletes blocks tells it in the same transaction, so
 * that no summary outlives what it was made from. Who writes one need not: `writeBlocks` marks it as not rolled up.
 */
export interface DerivedRows {
  /** Their tables, to measure and to vacuum. */
  readonly tables: readonly string[]
  /** Blocks of samples that retention deleted: what is as fine as they goes with them. */
  blocksDeleted(tx: Transaction, keys: readonly BlockKey[]): Promise<void>
  /** What may outlive the readings goes too, where it ends before `before`. */
  deleteBefore(tx: Transaction, series: readonly number[], before: number): Promise<readonly Deleted[]>
  /** Everything of these series. */
  deleteSeries(tx: Transaction, series: readonly number[]): Promise<void>
}

/** What the running store holds in memory of series, for what changes their rows behind its back. */
export interface TelemetryMemory {
  /** Resolves when whatever was appended before is durable, or was refused. */
  settled(): Promise<void>
  /** The series are gone: known to no one, and samples for them are refused. */
  forget(series: readonly number[]): void
  /** Blocks before `before` were deleted; `firstAt` is the first of those left, null: none is left. */
  trimmed(series: number, kind: number, before: number, firstAt: number | null): void
  /** Blocks came that were not appended. */
  learn(rows: readonly LatestRow[]): void
}
