import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { DeletionView, ErasureView, HoldView, RetentionView } from '../contract.ts'
import { retentionClasses } from './classes.ts'
import type { RetentionLimit } from './retention.ts'
import type { DeletionRow } from './store/deletion-store.ts'
import type { ErasureRow } from './store/erasure-store.ts'
import type { HoldRow } from './store/hold-store.ts'

const iso = (at: number): string => isoFromMicros(at as Micros)
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))
const kinds: readonly DeletionView['kind'][] = ['samples', 'waveform', 'rollups']

export const holdView = ({ from, to, placedAt, liftedAt, ...hold }: HoldRow): HoldView => ({
  ...hold,
  from: isoOrNull(from),
  to: isoOrNull(to),
  placedAt: iso(placedAt),
  liftedAt: isoOrNull(liftedAt),
})

export const erasureView = ({ rewrite: _, ...erasure }: ErasureRow): ErasureView => ({
  ...erasure,
  series: erasure.series.length,
  askedAt: iso(erasure.askedAt),
  doneAt: isoOrNull(erasure.doneAt),
})

export const deletionView = (row: DeletionRow): DeletionView => ({
  ...row,
  kind: kinds[row.kind] ?? 'samples',
  from: iso(row.from),
  to: iso(row.to),
  deletedAt: iso(row.deletedAt),
})

export const retentionView = (limit: RetentionLimit): RetentionView => {
  const { defaultDays, reason } = retentionClasses.find(({ id }) => id === limit.class)!
  return {
    class: limit.class,
    days: limit.days,
    defaultDays,
    reason,
    changedAt: isoOrNull(limit.changedAt),
    changedBy: limit.changedBy,
  }
}
