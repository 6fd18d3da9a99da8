import type { Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { RetentionClassId } from '../contract.ts'
import type { Series } from '../model.ts'
import { awaitCompactionLock } from '../store/block-store.ts'
import { journalKind } from '../store/journal-store.ts'
import { classOf, retentionClasses } from './classes.ts'
import type { Deleted, DerivedRows, TelemetryMemory } from './model.ts'
import { logDeletions } from './store/deletion-store.ts'
import {
  type DeletedBlock,
  deleteOldBlocks,
  type FirstLeft,
  heldSeries,
  journalReachesBefore,
  readRetention,
  seriesWithOld,
  trimLatest,
  writeRetention,
} from './store/retention-store.ts'

export interface RetentionLimit {
  readonly class: RetentionClassId
  readonly days: number | null
  readonly changedAt: number | null
  readonly changedBy: string | null
}

export interface RetentionDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly derived: DerivedRows
  readonly memory: TelemetryMemory
  allSeries(): Iterable<Series>
  /** Told what each run deleted. */
  deleted(readings: number): void
}

export interface RetentionResult {
  readonly blocks: number
  readonly readings: number
}

const dayUs = 86_400_000_000
/** Blocks that go in one transaction, and series looked at together. */
const stepBlocks = 2_000
const stepSeries = 500

export function createRetention(deps: RetentionDeps) {
  const { db, clock } = deps
  let running: Promise<RetentionResult> | undefined

  async function limits(): Promise<RetentionLimit[]> {
    const set = new Map((await readRetention(db)).map((row) => [row.class, row]))
    return retentionClasses.map(({ id, defaultDays }) => {
      const row = set.get(id)
      return row
        ? { class: id, days: row.days, changedAt: row.changedAt, changedBy: row.changedBy }
        : { class: id, days: defaultDays, changedAt: null, changedBy: null }
    })
  }

  async function run(signal?: AbortSignal): Promise<RetentionResult> {
    const now = clock.now()
    const days = new Map((await limits()).map((limit) => [limit.class, limit.days]))
    const total = { blocks: 0, readings: 0 }
    for (const [key, series] of grouped(deps.allSeries())) {
      const limit = days.get(key.class) ?? null
      if (limit === null) continue
      for (let at = 0; at < series.length; at += stepSeries) {
        if (signal?.aborted) return total
        const part = series.slice(at, at + stepSeries)
        const step = await deleteOld(deps, key.kind, part, now - limit * dayUs, signal)
        total.blocks += step.blocks
        total.readings += step.readings
        const rollupDays = days.get('rollups') ?? null
        if (rollupDays === null || key.kind === journalKind.waveforms) continue
        await deleteRollups(deps, part, now - Math.max(limit, rollupDays) * dayUs)
      }
    }
    deps.deleted(total.readings)
    if (total.blocks > 0) deps.log.info(total, 'telemetry beyond its retention was deleted')
    return total
  }

  return {
    limits,

    async set(id: RetentionClassId, days: number | null, by: string): Promise<void> {
      await writeRetention(db, { class: id, days, changedAt: clock.now(), changedBy: by })
    },

    /** Deletes what is older than its class is kept. Calls that overlap share one run. */
    run(signal?: AbortSignal): Promise<RetentionResult> {
      running ??= run(signal).finally(() => {
        running = undefined
      })
      return running
    },
  }
}
export type Retention = ReturnType<typeof createRetention>

interface ClassKey {
  readonly class: RetentionClassId
  readonly kind: number
}

/** Series by the class of their samples, and all of them once more for their waveforms. */
function grouped(all: Iterable<Series>): Map<ClassKey, number[]> {
  const groups = new Map<string, { readonly key: ClassKey; readonly series: number[] }>()
  for (const { id, metric } of all) {
    for (const kind of Object.values(journalKind)) {
      const key = { class: classOf(metric, kind), kind }
      const name = `${key.class} ${kind}`
      const group = groups.get(name)
      if (group) group.series.push(id)
      else groups.set(name, { key, series: [id] })
    }
  }
  return new Map(Array.from(groups.values(), ({ key, series }) => [key, series]))
}

async function deleteOld(
  deps: RetentionDeps,
  kind: number,
  series: readonly number[],
  before: number,
  signal: AbortSignal | undefined,
): Promise<RetentionResult> {
  const total = { blocks: 0, readings: 0 }
  const old = await seriesWithOld(deps.db, kind, series, before)
  while (old.length > 0 && !signal?.aborted) {
    const step = await deps.db.transaction(async (tx) => {
      await awaitCompactionLock(tx)
      const gone = await deleteOldBlocks(tx, kind, old, before, stepBlocks)
      if (gone.length === 0) return { gone, left: [] as FirstLeft[], late: false }
      if (kind === journalKind.samples) await deps.derived.blocksDeleted(tx, gone)
      await logDeletions(tx, 'retention', gone.map(deletedOf(kind)), deps.clock.now())
      const left = await trimLatest(tx, kind, [...new Set(gone.map((block) => block.series))])
      return { gone, left, late: await journalReachesBefore(tx, kind, before) }
    })
    // While the journal holds something as old, first and newest must stay what they are to it.
    if (!step.late) for (const one of step.left) deps.memory.trimmed(one.series, kind, before, one.firstAt)
    total.blocks += step.gone.length
    total.readings += step.gone.reduce((sum, block) => sum + block.readings, 0)
    if (step.gone.length < stepBlocks) break
  }
  return total
}

export const deletedOf =
  (kind: number) =>
  (block: DeletedBlock): Deleted => ({ ...block, kind, blocks: 1 })

async function deleteRollups(deps: RetentionDeps, series: readonly number[], before: number): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await awaitCompactionLock(tx)
    const held = new Set(await heldSeries(tx, series))
    const free = series.filter((id) => !held.has(id))
    const gone = await deps.derived.deleteBefore(tx, free, before as Micros)
    await logDeletions(tx, 'retention', gone, deps.clock.now())
  })
}
