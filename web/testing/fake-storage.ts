/** The storage paths of the fake server: a disk with weeks left, two changed limits, a hold, and what was deleted. */
import type {
  DeletionView,
  HoldView,
  RetentionClassId,
  RetentionView,
  StorageView,
} from '../../src/telemetry/contract.ts'

const mib = 1_048_576
const dayMs = 86_400_000
const limits: readonly (readonly [RetentionClassId, number | null, number | null, number, number])[] = [
  ['waveform', 14, 30, 21_400 * mib, 980 * mib],
  ['vital-sign', null, null, 1_240 * mib, 31 * mib],
  ['home-measurement', null, null, 18 * mib, 0.4 * mib],
  ['therapy', null, null, 3 * mib, 0.1 * mib],
  ['score', null, null, 2 * mib, 0.1 * mib],
  ['environment', 365, 365, 9 * mib, 0.2 * mib],
  ['technical', 90, 60, 31 * mib, 1.1 * mib],
  ['other', null, null, 0, 0],
  ['rollups', null, null, 44 * mib, 0],
]

const iso = (ms: number): string => new Date(ms).toISOString()

function storage(nowMs: number): StorageView {
  const parts = limits
    .filter(([, , , bytes]) => bytes > 0)
    .map(([part, , days, bytes, bytesPerDay]) => ({ part, bytes, bytesPerDay, days }))
  const still = { bytesPerDay: 0, days: null }
  return {
    measuredAt: iso(nowMs - 40_000),
    parts: [
      ...parts,
      { part: 'journal', bytes: 12 * mib, ...still },
      { part: 'record', bytes: 96 * mib, ...still },
    ],
    disk: { freeBytes: 61_000 * mib, totalBytes: 240_000 * mib },
    bytesPerDay: parts.reduce((sum, { bytesPerDay }) => sum + bytesPerDay, 0),
    fullInDays: 1_587,
    warning: null,
  }
}

const retention = (nowMs: number): RetentionView[] =>
  limits.map(([id, defaultDays, days]) => ({
    class: id,
    days,
    defaultDays,
    reason: '',
    changedAt: days === defaultDays ? null : iso(nowMs - 9 * dayMs),
    changedBy: days === defaultDays ? null : 'Practitioner/mara-vogt',
  }))

const holds = (nowMs: number): HoldView[] => [
  {
    ...{ id: 2, patient: 'demo-04', from: null, to: null, reason: 'Inquiry after a fall' },
    ...{ placedAt: iso(nowMs - 4 * dayMs), placedBy: 'Practitioner/mara-vogt' },
    ...{ liftedAt: null, liftedBy: null, liftReason: null },
  },
]

const deletions = (nowMs: number): DeletionView[] => [
  {
    ...{ series: 17, metric: 'ecg-ii', device: 'monitor-demo-01', kind: 'waveform', why: 'retention' },
    ...{ from: iso(nowMs - 31 * dayMs), to: iso(nowMs - 30 * dayMs), readings: 86_400, bytes: 41 * mib },
    deletedAt: iso(nowMs - 120_000),
  },
  {
    ...{ series: 9, metric: null, device: null, kind: 'samples', why: 'erasure' },
    ...{ from: iso(nowMs - 90 * dayMs), to: iso(nowMs - 3 * dayMs), readings: 212_440, bytes: 402_118 },
    deletedAt: iso(nowMs - 2 * dayMs),
  },
]

export function storageAnswer(path: string, nowMs: number): unknown {
  if (path === '/api/storage') return storage(nowMs)
  if (path === '/api/storage/retention') return retention(nowMs)
  return path === '/api/storage/holds' ? holds(nowMs) : deletions(nowMs)
}
