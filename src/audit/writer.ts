/** Entries become rows: in the caller's transaction, or many at once in one of the audit's own. */
import type { LedgerWriter } from '../ledger/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { CheckResult } from '../platform/health.ts'
import type { Log } from '../platform/log.ts'
import type { Registry } from '../platform/metrics.ts'
import type { Database, Transaction } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import { createAuditMetrics } from './audit-metrics.ts'
import { ledgerEntryOf } from './ledger-source.ts'
import type { AuditEntry, AuditWriter } from './model.ts'
import { auditProblems } from './problems.ts'
import { type AuditRow, rowOf } from './row.ts'
import { insertRows } from './store/audit-store.ts'

export interface AuditWriterDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Registry
  readonly ledger?: LedgerWriter | undefined
}

export interface GroupedAuditWriter extends AuditWriter {
  check(): Promise<CheckResult>
  /** Resolves when what waits is written or given up. */
  close(): Promise<void>
}

/** More waiting than this is refused: who would have been answered gets 503 instead of an unrecorded answer. */
export const mostWaiting = 4_000
const mostAtOnce = 500
/** An answer does not hang on a database that does not come back. */
export const patienceMs = 5_000

interface Waiting {
  readonly row: AuditRow
  readonly settle: (error?: unknown) => void
}

class Probed extends Error {}

export function createAuditWriter(deps: AuditWriterDeps): GroupedAuditWriter {
  const { db, clock, random, log, ledger } = deps
  const waiting: Waiting[] = []
  const metrics = createAuditMetrics(deps.metrics, () => waiting.length)
  let flushing: Promise<void> | undefined
  let failedAtUs: number | undefined

  const newRow = (entry: AuditEntry): AuditRow =>
    rowOf(entry, { atUs: clock.now(), nonce: Number.parseInt(random.uuid().slice(0, 8), 16) >>> 1 })

  async function insert(tx: Transaction, rows: readonly AuditRow[]): Promise<void> {
    if (rows.length === 0) return
    await insertRows(tx, rows)
    await ledger?.commit(tx, rows.map(ledgerEntryOf))
  }

  async function store(batch: readonly Waiting[]): Promise<void> {
    const stop = metrics.seconds.startTimer()
    try {
      const rows = batch.map(({ row }) => row)
      await db.transaction((tx) => insert(tx, rows))
      for (const { row, settle } of batch) {
        metrics.entries.inc({ kind: row.kind, outcome: row.outcome })
        settle()
      }
      failedAtUs = undefined
    } catch (error) {
      failedAtUs ??= clock.now()
      metrics.failures.inc(batch.length)
      log.error({ entries: batch.length, error: (error as Error).name }, 'the audit could not be written')
      for (const { settle } of batch) settle(auditProblems.notWritten())
    } finally {
      stop()
    }
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) await store(waiting.splice(0, mostAtOnce))
    flushing = undefined
  }

  function write(entry: AuditEntry): Promise<void> {
    if (waiting.length >= mostWaiting) {
      metrics.failures.inc()
      return Promise.reject(auditProblems.notWritten())
    }
    return new Promise((resolve, reject) => {
      const cancel = clock.after(patienceMs, () => reject(auditProblems.notWritten()))
      const settle = (error?: unknown) => {
        cancel()
        if (error === undefined) resolve()
        else reject(error as Error)
      }
      waiting.push({ row: newRow(entry), settle })
      // Those who come in the same turn go in the same statement.
      flushing ??= Promise.resolve().then(flush)
    })
  }

  return {
    write,
    async writeIn(tx, entries) {
      await insert(tx, entries.map(newRow))
      for (const { kind, outcome } of entries) metrics.entries.inc({ kind, outcome })
    },
    /** After a failure a row is written and taken back: who waits for a request to succeed may wait for good. */
    async check() {
      if (failedAtUs === undefined) return { state: 'ok' }
      try {
        await db.transaction(async (tx) => {
          await insertRows(tx, [newRow(probe)])
          throw new Probed()
        })
      } catch (error) {
        if (error instanceof Probed) {
          failedAtUs = undefined
          return { state: 'ok' }
        }
      }
      return {
        state: 'down',
        detail: 'The audit cannot be written; nothing about a patient is given out.',
      }
    },
    async close() {
      while (flushing) await flushing
    },
  }
}

const probe: AuditEntry = {
  ...{ kind: 'configuration', action: 'R', outcome: 'done', actor: 'system', purpose: 'HSYSADMIN' },
  ...{ patients: [], what: [] },
}
