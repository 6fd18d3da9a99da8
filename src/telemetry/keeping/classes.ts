import { findMetric } from '../../kernel/metrics/index.ts'
import type { RetentionClassId } from '../contract.ts'
import { journalKind } from '../store/journal-store.ts'

export interface RetentionClass {
  readonly id: RetentionClassId
  /** null: for ever. */
  readonly defaultDays: number | null
  /** Why so long, for whoever thinks of changing it. */
  readonly reason: string
}

/** How long what is kept, until an administrator says otherwise. */
export const retentionClasses: readonly RetentionClass[] = [
  {
    id: 'waveform',
    defaultDays: 14,
    reason:
      'A bed writes some 40 MB of them a day, many times what its numbers take, and they are read for days, not years.',
  },
  {
    id: 'vital-sign',
    defaultDays: null,
    reason: 'Part of the medical record, and small: how long the law wants it kept is for the house to say.',
  },
  {
    id: 'home-measurement',
    defaultDays: null,
    reason: 'A few readings a day, and years of them are what makes them useful.',
  },
  {
    id: 'therapy',
    defaultDays: null,
    reason: 'Settings of ventilators and pumps belong to the record of the treatment.',
  },
  {
    id: 'score',
    defaultDays: null,
    reason: 'Scores and findings that people acted on belong to the record.',
  },
  {
    id: 'environment',
    defaultDays: 365,
    reason: 'A year shows every season; the room of two years ago explains nothing.',
  },
  {
    id: 'technical',
    defaultDays: 90,
    reason: 'Batteries and signal strength serve maintenance, which looks back weeks.',
  },
  { id: 'other', defaultDays: null, reason: 'What the catalogue does not know is not thrown away unseen.' },
  {
    id: 'rollups',
    defaultDays: null,
    reason: 'Hourly summaries are tiny and let a chart reach beyond the readings they were made from.',
  },
]

const byCategory: Readonly<Record<string, RetentionClassId>> = {
  'vital-signs': 'vital-sign',
  laboratory: 'home-measurement',
  activity: 'home-measurement',
  therapy: 'therapy',
  procedure: 'score',
  environment: 'environment',
  device: 'technical',
}

/** Vital signs by their category, but measured now and then and at home. */
const measuredAtHome: ReadonlySet<string> = new Set([
  ...['body-weight', 'body-height', 'bmi', 'body-fat', 'interstitial-glucose'],
])

/** The class of what a series holds; a series may hold samples and waveforms. */
export function classOf(metricName: string, kind: number): RetentionClassId {
  if (kind === journalKind.waveforms) return 'waveform'
  if (measuredAtHome.has(metricName)) return 'home-measurement'
  const metric = findMetric(metricName)
  if (!metric) return 'other'
  return metric.kind === 'waveform' ? 'waveform' : (byCategory[metric.category] ?? 'other')
}
