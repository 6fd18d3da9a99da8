import { Counter, type Registry } from 'prom-client'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import { rollupRows } from '../rollups/rollup-rows.ts'
import type { TelemetryStore } from '../telemetry.ts'
import { createErasure, type Erasure } from './erasure.ts'
import { exportPatient } from './export.ts'
import { createHolds, type Holds } from './holds.ts'
import { type ImportResult, importPatient } from './import.ts'
import type { DerivedRows } from './model.ts'
import { createRetention, type Retention } from './retention.ts'
import { createStorage, type Disk, type Storage } from './storage.ts'
import { type DeletionRow, readDeletions } from './store/deletion-store.ts'

export interface KeepingDeps {
  readonly db: Database
  readonly telemetry: TelemetryStore
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Registry
  readonly derived?: DerivedRows
  readonly random: Random
  readonly disk: () => Promise<Disk | undefined>
}

export interface Keeping {
  readonly retention: Retention
  readonly holds: Holds
  readonly erasure: Erasure
  readonly storage: Storage
  /** Line by line, as `docs/telemetry-export.md` says. */
  exportLines(patient: string): AsyncIterable<string>
  importLines(
    order: { readonly patient: string; readonly by: string },
    lines: AsyncIterable<string>,
  ): Promise<ImportResult>
  /** The newest first; of one patient, or null: of everyone. */
  deletions(patient: string | null): Promise<readonly DeletionRow[]>
  /** For jobs: ends erasures that were cut off, deletes what is too old, measures what is left. */
  tidy(signal: AbortSignal): Promise<void>
}

const mostDeletions = 500

/** What telemetry keeps, for how long, and how it forgets. */
export function createKeeping(deps: KeepingDeps): Keeping {
  const { db, telemetry, clock, log, metrics, random, derived = rollupRows } = deps
  const counter = new Counter({
    name: 'vitalwire_telemetry_deleted_readings_total',
    help: 'Readings deleted by retention or erasure.',
    labelNames: ['why'] as const,
    registers: [metrics],
  })
  const compactAll = () => telemetry.compactOnce({ all: true })
  const shared = { db, clock, log, derived, memory: telemetry.memory }
  const retention = createRetention({
    ...shared,
    allSeries: () => telemetry.allSeries(),
    deleted: (readings) => counter.inc({ why: 'retention' }, readings),
  })
  const erasure = createErasure({
    ...shared,
    compactAll,
    deleted: (readings) => counter.inc({ why: 'erasure' }, readings),
  })
  const storage = createStorage({
    ...{ db, clock, metrics, derived, disk: deps.disk },
    series: (id) => telemetry.series(id),
    limits: () => retention.limits(),
  })
  return {
    retention,
    holds: createHolds({ db, clock }),
    erasure,
    storage,
    exportLines: (patient) =>
      exportPatient(
        {
          ...{ db, clock, random, compactAll, settled: () => telemetry.memory.settled() },
          seriesOfPatient: (id) => telemetry.seriesOfPatient(id),
        },
        patient,
      ),
    importLines: (order, lines) =>
      importPatient(
        {
          ...{ ...shared, compactAll },
          seriesId: (patient, device, metric) => telemetry.seriesId(patient, device, metric),
        },
        order,
        lines,
      ),
    deletions: (patient) => readDeletions(db, patient, mostDeletions),
    async tidy(signal) {
      await erasure.resume()
      await retention.run(signal)
      await storage.measure()
    },
  }
}
