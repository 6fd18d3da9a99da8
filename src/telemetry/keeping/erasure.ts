import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { awaitCompactionLock } from '../store/block-store.ts'
import { journalKind } from '../store/journal-store.ts'
import type { Deleted, DerivedRows, TelemetryMemory } from './model.ts'
import { keepingProblems } from './problems.ts'
import { deletedOf } from './retention.ts'
import { logDeletions } from './store/deletion-store.ts'
import {
  beginErasure,
  countErased,
  deleteSeriesBlocks,
  deleteSeriesLatest,
  type ErasureRow,
  findErasure,
  finishErasure,
  isStillSeen,
  laterThanNow,
  newestJournalId,
  oldestJournalId,
  readErasures,
  runningErasure,
  runningErasures,
  tablesBytes,
  vacuum,
} from './store/erasure-store.ts'
import { standingHolds } from './store/hold-store.ts'

export interface ErasureOrder {
  readonly patient: string
  readonly reason: string
  readonly by: string
  /** Whether the tables get new files; absent: where they are small. */
  readonly rewrite?: boolean
}

export interface ErasureDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly derived: DerivedRows
  readonly memory: TelemetryMemory
  compactAll(): Promise<{ readonly journalRows: number }>
  deleted(readings: number): void
}

const stepBlocks = 2_000
/** New files are written at about this much in a few seconds, during which the tables are locked. */
const smallBytes = 1 << 30
const pauseMs = 200
const mostPauses = 300
const ownTables = ['telemetry_block', 'telemetry_wave_block', 'telemetry_latest', 'telemetry_journal']

/**
 * Erasing takes the patient's series away first, in one transaction with the row that says so: from then on nobody reads
 * them, and what arrives begins new series. What was appended before is waited for and compacted, and then every block
 * goes. Each step can be done again, so an erasure that was cut off is gone through from the start.
 */
export function createErasure(deps: ErasureDeps) {
  const { db, clock, memory } = deps
  const running = new Map<number, Promise<ErasureRow>>()

  async function carryOut(erasure: ErasureRow): Promise<ErasureRow> {
    const series = [...erasure.series]
    memory.forget(series)
    await memory.settled()
    await emptyJournal(deps)
    for (const kind of Object.values(journalKind)) await deleteBlocks(deps, erasure.id, kind, series)
    await db.transaction(async (tx) => {
      await awaitCompactionLock(tx)
      await deps.derived.deleteSeries(tx, series)
      await deleteSeriesLatest(tx, series)
    })
    memory.forget(series)
    await unseen(deps)
    const files = await cleanFiles(deps, erasure.rewrite)
    const done = await finishErasure(db, erasure.id, files, clock.now())
    deps.log.info({ erasure: done.id, series: series.length, readings: done.readings, files }, 'erased')
    return done
  }

  function run(erasure: ErasureRow): Promise<ErasureRow> {
    const before = running.get(erasure.id)
    if (before) return before
    const now = carryOut(erasure).finally(() => running.delete(erasure.id))
    running.set(erasure.id, now)
    return now
  }

  return {
    /** Refused under a legal hold. Once it answers, the telemetry is out of reach; `run` makes an end of its rows. */
    begin: (order: ErasureOrder): Promise<ErasureRow> =>
      db
        .transaction(async (tx) => {
          await awaitCompactionLock(tx)
          const holds = await standingHolds(tx, order.patient)
          if (holds.length > 0) throw keepingProblems.held(holds)
          const { patient, reason, by, rewrite = null } = order
          const before = await runningErasure(tx, patient)
          return before ?? beginErasure(tx, { patient, reason, askedBy: by, askedAt: clock.now(), rewrite })
        })
        .then((erasure) => {
          memory.forget(erasure.series)
          return erasure
        }),

    run,

    /** For jobs: whatever was begun and not ended, by a process that was killed too. */
    async resume(): Promise<void> {
      for (const erasure of await runningErasures(db)) await run(erasure)
    },

    async find(id: number): Promise<ErasureRow> {
      const found = await findErasure(db, id)
      if (!found) throw keepingProblems.unknownErasure()
      return found
    },

    list: (limit: number): Promise<ErasureRow[]> => readErasures(db, limit),
  }
}
export type Erasure = ReturnType<typeof createErasure>

/** Until every row that is in the journal now is in blocks; another process may be at it too. */
export async function emptyJournal(deps: Pick<ErasureDeps, 'db' | 'clock' | 'compactAll'>): Promise<void> {
  const until = await newestJournalId(deps.db)
  await patiently(deps.clock, 'The journal cannot be compacted.', async () => {
    for (;;) {
      const oldest = await oldestJournalId(deps.db)
      if (oldest === null || oldest > until) return true
      if ((await deps.compactAll()).journalRows === 0) return false
    }
  })
}

/** Until no transaction is left that began before the deletions: for such, vacuuming would keep what was deleted. */
async function unseen({ db, clock }: ErasureDeps): Promise<void> {
  const xid = await laterThanNow(db)
  const tooLong =
    'A long transaction still sees what was deleted; its bytes can be cleaned when it has ended.'
  await patiently(clock, tooLong, async () => !(await isStillSeen(db, xid)))
}

async function patiently(clock: Clock, tooLong: string, isDone: () => Promise<boolean>): Promise<void> {
  for (let pauses = 0; !(await isDone()); pauses++) {
    if (pauses === mostPauses) throw new Error(tooLong)
    await new Promise<void>((next) => void clock.after(pauseMs, next))
  }
}

async function deleteBlocks(
  deps: ErasureDeps,
  erasure: number,
  kind: number,
  series: readonly number[],
): Promise<void> {
  for (;;) {
    const gone = await deps.db.transaction(async (tx) => {
      await awaitCompactionLock(tx)
      const blocks = await deleteSeriesBlocks(tx, kind, series, stepBlocks)
      const deleted: readonly Deleted[] = blocks.map(deletedOf(kind))
      await logDeletions(tx, 'erasure', deleted, deps.clock.now())
      await countErased(
        tx,
        erasure,
        deleted.reduce((sum, one) => sum + one.readings, 0),
      )
      return deleted
    })
    deps.deleted(gone.reduce((sum, one) => sum + one.readings, 0))
    if (gone.length < stepBlocks) return
  }
}

/** Deleted rows leave their bytes in the files until these are written anew, or their space is used again. */
async function cleanFiles(
  { db, derived }: ErasureDeps,
  asked: boolean | null,
): Promise<'rewritten' | 'vacuumed'> {
  const tables = [...ownTables, ...derived.tables]
  const rewrite = asked ?? (await tablesBytes(db, tables)) <= smallBytes
  for (const table of tables) await vacuum(db, table, rewrite)
  return rewrite ? 'rewritten' : 'vacuumed'
}
