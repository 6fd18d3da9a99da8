import { Gauge, type Registry } from 'prom-client'
import { isoFromMicros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { RetentionClassId, StoragePart, StorageView } from '../contract.ts'
import type { Series } from '../model.ts'
import { blockTable } from '../store/block-store.ts'
import { journalKind } from '../store/journal-store.ts'
import { classOf } from './classes.ts'
import { fullInDays } from './forecast.ts'
import type { DerivedRows } from './model.ts'
import type { RetentionLimit } from './retention.ts'
import { databaseBytes, sampleShares, tableBytes } from './store/size-store.ts'

export interface Disk {
  readonly freeBytes: number
  readonly totalBytes: number
}

export interface StorageDeps {
  readonly db: Database
  readonly clock: Clock
  readonly metrics: Registry
  readonly derived: DerivedRows
  /** Of the machine that holds the database; undefined: another one. */
  readonly disk: () => Promise<Disk | undefined>
  series(id: number): Series | undefined
  limits(): Promise<readonly RetentionLimit[]>
}

const dayUs = 86_400_000_000
const windowDays = 3
const leastDays = 1 / 144
const samplePages = 2_000
const leastFreeShare = 0.1
/** Less than two segments of the write-ahead log, which PostgreSQL needs to store anything at all. */
const leastFreeBytes = 32 * 2 ** 20
const diskFull =
  'The disk that holds the database is full: new readings are refused, and their devices keep them. What was acknowledged is safe. Make room; storing then goes on by itself.'
const leastDaysLeft = 7
const longDays = 3_650
const mib = 2 ** 20
const gib = 2 ** 30

/** Measures what telemetry takes, how fast it grows, and how long the disk lasts. */
export function createStorage(deps: StorageDeps) {
  const gauges = createGauges(deps.metrics)
  let last: StorageView | undefined

  async function measure(): Promise<StorageView> {
    const { clock } = deps
    const since = clock.now() - windowDays * dayUs
    const days = new Map((await deps.limits()).map((limit) => [limit.class, limit.days]))
    const parts = await measureParts(deps, since, days)
    const disk = (await deps.disk()) ?? null
    const full = disk && fullInDays(disk.freeBytes, parts)
    last = {
      measuredAt: isoFromMicros(clock.now()),
      parts,
      disk,
      bytesPerDay: parts.reduce((sum, part) => sum + part.bytesPerDay, 0),
      fullInDays: full,
      warning: warningOf(disk, full),
    }
    gauges.show(last)
    return last
  }

  return {
    measure,
    /** The last measurement, not older than the job's period. */
    current: async (): Promise<StorageView> => last ?? (await measure()),
    /** For `/readyz`: a disk that fills up is a warning. How full it is now is asked anew, the rest as last measured. */
    async check(): Promise<{ readonly state: 'ok' | 'degraded'; readonly detail: string }> {
      const disk = (await deps.disk()) ?? null
      if (disk && disk.freeBytes < leastFreeBytes) return { state: 'degraded', detail: diskFull }
      const view = last ?? (await measure())
      const warning = warningOf(disk, view.fullInDays)
      return warning === null
        ? { state: 'ok', detail: summaryOf({ ...view, disk }) }
        : { state: 'degraded', detail: warning }
    },
  }
}
export type Storage = ReturnType<typeof createStorage>

async function measureParts(
  deps: StorageDeps,
  since: number,
  days: ReadonlyMap<RetentionClassId, number | null>,
): Promise<StoragePart[]> {
  const { db, derived } = deps
  const tables = [...Object.values(journalKind).map(blockTable), 'telemetry_journal', ...derived.tables]
  const sizes = await tableBytes(db, tables)
  const parts = await measureClasses(deps, since, sizes, days)
  const rollups = derived.tables.reduce((sum, table) => sum + sizes.get(table)!, 0)
  if (rollups > 0) parts.push({ ...still(rollups), part: 'rollups', days: days.get('rollups') ?? null })
  parts.push({ ...still(sizes.get('telemetry_journal')!), part: 'journal' })
  const telemetry = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  parts.push({ ...still(Math.max(0, (await databaseBytes(db)) - telemetry)), part: 'record' })
  return parts
}

async function measureClasses(
  { db, clock, series }: StorageDeps,
  since: number,
  sizes: ReadonlyMap<string, number>,
  days: ReadonlyMap<RetentionClassId, number | null>,
): Promise<StoragePart[]> {
  const classes = new Map<RetentionClassId, { bytes: number; recent: number; from: number }>()
  for (const kind of Object.values(journalKind)) {
    const shares = await sampleShares(db, kind, since, samplePages)
    const whole = shares.reduce((sum, share) => sum + share.bytes, 0)
    const scale = whole === 0 ? 0 : sizes.get(blockTable(kind))! / whole
    for (const share of shares) {
      const id = classOf(series(share.series)?.metric ?? '', kind)
      const part = classes.get(id) ?? { bytes: 0, recent: 0, from: clock.now() }
      part.bytes += share.bytes * scale
      part.recent += share.recentBytes * scale
      part.from = Math.min(part.from, share.recentFrom ?? part.from)
      classes.set(id, part)
    }
  }
  return Array.from(classes, ([part, { bytes, recent, from }]): StoragePart => {
    // A class that began an hour ago did not take three days for what it holds.
    const bytesPerDay = Math.round(recent / Math.max(leastDays, (clock.now() - from) / dayUs))
    return { part, bytes: Math.round(bytes), bytesPerDay, days: days.get(part) ?? null }
  }).sort((a, b) => b.bytes - a.bytes)
}

const still = (bytes: number) => ({ bytes, bytesPerDay: 0, days: null })

const daysText = (days: number): string =>
  days < 1 ? 'less than a day' : `${Math.floor(days)} ${Math.floor(days) === 1 ? 'day' : 'days'}`

function warningOf(disk: Disk | null, full: number | null): string | null {
  if (!disk) return null
  const share = disk.totalBytes === 0 ? 1 : disk.freeBytes / disk.totalBytes
  const said: string[] = []
  if (share < leastFreeShare) said.push(`${(share * 100).toFixed(1)} % of the disk is free`)
  if (full !== null && full < leastDaysLeft) said.push(`it is full in ${daysText(full)} at this rate`)
  return said.length === 0 ? null : `${said.join('; ')}: make room or keep less`
}

const sizeText = (bytes: number): string =>
  bytes < gib ? `${Math.ceil(bytes / mib)} MiB` : `${(bytes / gib).toFixed(1)} GiB`

function summaryOf({ disk, fullInDays: full, parts, bytesPerDay }: StorageView): string {
  const stored = sizeText(parts.reduce((sum, part) => sum + part.bytes, 0))
  const said = `${stored} stored, ${sizeText(bytesPerDay)} a day`
  if (!disk) return `${said}; the disk is on another machine`
  return `${said}; the disk ${full === null || full > longDays ? 'does not fill up in ten years' : `is full in ${daysText(full)}`} at this rate`
}

function createGauges(registry: Registry) {
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `vitalwire_storage_${name}`, help, labelNames: [...labelNames], registers })
  const bytes = gauge('bytes', 'Bytes on disk, by part.', ['part'])
  const perDay = gauge('growth_bytes_per_day', 'Growth as of the last days, by part.', ['part'])
  const free = gauge('free_bytes', 'Bytes free on the disk of the database; -1: not known.')
  const full = gauge('full_in_days', 'Days until the disk is full at this rate; -1: never, or not known.')
  return {
    show(view: StorageView): void {
      for (const part of view.parts) {
        bytes.set({ part: part.part }, part.bytes)
        perDay.set({ part: part.part }, part.bytesPerDay)
      }
      free.set(view.disk?.freeBytes ?? -1)
      full.set(view.fullInDays ?? -1)
    },
  }
}
