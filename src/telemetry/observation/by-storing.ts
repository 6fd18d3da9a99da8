import { clamp } from '../periods.ts'
import { problems } from '../problems.ts'
import type { Reading } from '../reading.ts'
import { journalKind } from '../store/journal-store.ts'
import type { StoredSpan } from '../store/stored-spans.ts'
import type { Plan } from './plan.ts'
import type { Budget, Item, Source } from './sources.ts'

/** Spans read side by side. */
const width = 4
/** Where more series are asked for, the database looks at all of them. */
const mostNamed = 1_000
const windowUs = 6 * 3_600_000_000

/** Where items gather. */
export interface Gathered {
  add(items: readonly Item[]): void
  /** Time, or time of storing where the order is by that, of the last one needed; undefined while more are. */
  readonly border: number | undefined
}

interface Stretch {
  readonly source: Source
  readonly span: StoredSpan
}

/** Where a stretch begins in an order, and whether that is beyond the border. */
const edges: Readonly<Record<Plan['order'], { of(span: StoredSpan): number; falls: boolean }>> = {
  newest: { of: (span) => span.lastAt, falls: true },
  oldest: { of: (span) => span.firstAt, falls: false },
  'stored-newest': { of: (span) => span.storedUntil, falls: true },
  'stored-oldest': { of: (span) => span.storedFrom, falls: false },
}

export const isByStoring = ({ order }: Plan): boolean =>
  order === 'stored-newest' || order === 'stored-oldest'

/**
 * What was stored in the plan's time: of each source only the blocks and journal rows that can hold it are read, and no
 * further ones once they cannot bring anything that belongs before what is there. Panels have no blocks of their own: they
 * are not among these. False, and nothing gathered, where so much was stored then that this is no short way.
 */
export async function gatherByStoring(
  reading: Reading,
  sources: readonly Source[],
  plan: Plan,
  gathered: Gathered,
  budget: Budget,
): Promise<boolean> {
  const { stretches, horizon } = await stretchesOf(reading, sources, plan)
  if (horizon !== undefined && !isByStoring(plan)) return false
  const edge = edges[plan.order]
  const beyond = (at: number): boolean => {
    const { border } = gathered
    return border !== undefined && (edge.falls ? at < border : at > border)
  }
  const order = (a: Stretch, b: Stretch) => (edge.of(a.span) - edge.of(b.span)) * (edge.falls ? -1 : 1)
  const inOrder = [...stretches].sort(order)
  for (let i = 0; i < inOrder.length && !beyond(edge.of(inOrder[i]!.span)); i += width) {
    const group = inOrder.slice(i, i + width)
    await Promise.all(group.map((stretch) => readStretch(stretch, plan, gathered, budget)))
  }
  if (horizon !== undefined && !beyond(horizon)) throw problems.searchTooWide()
  return true
}

async function stretchesOf(
  reading: Reading,
  sources: readonly Source[],
  plan: Plan,
): Promise<{ readonly stretches: readonly Stretch[]; readonly horizon: number | undefined }> {
  const [from, to] = clamp(plan.from, plan.to)
  const newest = plan.order === 'stored-newest'
  const stretches: Stretch[] = []
  const horizons: number[] = []
  for (const kind of ['reading', 'waveform'] as const) {
    const own = sources.filter((source) => source.kind === kind)
    if (own.length === 0) continue
    const bySeries = new Map(own.map((source) => [source.series.id, source]))
    const range = {
      storedFrom: plan.stored.from,
      storedTo: plan.stored.to,
      from,
      to,
      series: bySeries.size > mostNamed ? null : [...bySeries.keys()],
    }
    const stored = kind === 'reading' ? journalKind.samples : journalKind.waveforms
    const { spans, horizon } = await reading.storedSpans(stored, range, newest ? 'newest' : 'oldest')
    for (const span of spans) {
      const source = bySeries.get(span.series)
      if (source) stretches.push({ source, span })
    }
    if (horizon !== undefined) horizons.push(horizon)
  }
  if (horizons.length === 0) return { stretches, horizon: undefined }
  return { stretches, horizon: newest ? Math.max(...horizons) : Math.min(...horizons) }
}

async function readStretch(
  { source, span }: Stretch,
  plan: Plan,
  gathered: Gathered,
  budget: Budget,
): Promise<void> {
  const [from, to] = clamp(plan.from, plan.to)
  const end = Math.min(to, span.lastAt + 1)
  for (let at = Math.max(from, span.firstAt); at < end; at += windowUs) {
    const items = await source.window(at, Math.min(end, at + windowUs))
    budget.spend(items.length)
    gathered.add(plan.test ? items.filter(plan.test) : items)
  }
}
