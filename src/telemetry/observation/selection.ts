import { clamp, endOfTime } from '../periods.ts'
import type { Reading } from '../reading.ts'
import { gatherByStoring, isByStoring } from './by-storing.ts'
import type { Plan } from './plan.ts'
import type { Budget, Item, Source } from './sources.ts'

/** Sources read side by side. */
const width = 4
const largestPage = 20_000
const firstWindowUs = 3_600_000_000

type Compare = (a: Item, b: Item) => number

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const compareBy: Readonly<Record<string, Compare>> = {
  date: (a, b) => a.at - b.at,
  _lastUpdated: (a, b) => a.storedAt - b.storedAt,
  _id: (a, b) => text(a.draw().id, b.draw().id),
}

/** By the plan's rules, then by series, so that the order is the same each time. */
function compareOf({ order, then }: Plan): Compare {
  const descending = order === 'newest' || order === 'stored-newest'
  const first = { code: order === 'newest' || order === 'oldest' ? 'date' : '_lastUpdated', descending }
  const rules = [first, ...then, { code: 'date', descending }]
  return (a, b) => {
    for (const { code, descending: down } of rules) {
      const found = compareBy[code]?.(a, b) ?? 0
      if (found !== 0) return down ? -found : found
    }
    return descending ? b.series - a.series : a.series - b.series
  }
}

/** The first `count` items in order. Mutable while sources are read into it. */
class Top {
  items: Item[] = []
  readonly #count: number
  readonly #order: Plan['order']
  readonly #compare: Compare
  constructor(count: number, plan: Plan) {
    this.#count = count
    this.#order = plan.order
    this.#compare = compareOf(plan)
  }
  add(items: readonly Item[]): void {
    if (items.length === 0) return
    this.items = [...this.items, ...items].sort(this.#compare).slice(0, this.#count)
  }
  /** The last item's place in the order, once there are enough; what lies beyond it cannot come in any more. */
  get border(): number | undefined {
    const last = this.items.length < this.#count ? undefined : this.items.at(-1)
    return last && (this.#order === 'newest' || this.#order === 'oldest' ? last.at : last.storedAt)
  }
}

/**
 * The first `count` matches over all sources. By time, sources are taken in the order of their nearest end and reading
 * stops at the first that lies wholly beyond the last match needed, so that twenty of ten thousand series cost about
 * twenty reads.
 */
export async function firstItems(
  reading: Reading,
  sources: readonly Source[],
  plan: Plan,
  count: number,
  budget: Budget,
): Promise<readonly Item[]> {
  if (count <= 0) return []
  const top = new Top(count, plan)
  if (!plan.ids && (plan.stored.from > 0 || isByStoring(plan))) {
    if (await gatherByStoring(reading, sources, plan, top, budget)) {
      const panels = sources.filter((source) => source.kind === 'panel')
      for (const panel of panels) await readForwards(panel, plan, top, budget)
      return top.items
    }
  }
  const newestFirst = plan.order === 'newest'
  const byEnd = newestFirst
    ? [...sources].sort((a, b) => b.lastAt - a.lastAt)
    : [...sources].sort((a, b) => a.firstAt - b.firstAt)
  for (let i = 0; i < byEnd.length; i += width) {
    const group = byEnd.slice(i, i + width)
    const border = top.border
    if (border !== undefined && newestFirst && group[0]!.lastAt < border) break
    if (border !== undefined && plan.order === 'oldest' && group[0]!.firstAt > border) break
    await Promise.all(
      group.map((source) =>
        newestFirst
          ? readBackwards(source, plan, count, top, budget)
          : readForwards(source, plan, top, budget),
      ),
    )
  }
  return top.items
}

async function readBackwards(
  source: Source,
  plan: Plan,
  count: number,
  top: Top,
  budget: Budget,
): Promise<void> {
  const [from, to] = clamp(plan.from, plan.to)
  let before = Math.min(to, endOfTime)
  let wanted = count
  while (before > from) {
    const { items, since } = await source.newest(before, wanted)
    budget.spend(items.length)
    const inside = items.filter((item) => item.at >= from && item.at < before)
    top.add(plan.test ? inside.filter(plan.test) : inside)
    const border = top.border
    if (since <= from || (border !== undefined && since <= border)) return
    before = since
    wanted = Math.min(largestPage, wanted * 4)
  }
}

/** For the orders that begin at the oldest, and for those by storing, which must see everything. */
async function readForwards(source: Source, plan: Plan, top: Top, budget: Budget): Promise<void> {
  const [from, to] = clamp(plan.from, plan.to)
  const end = Math.min(to, source.lastAt + 1)
  let step = firstWindowUs
  for (let at = Math.max(from, source.firstAt); at < end; ) {
    const until = Math.min(end, at + step)
    const items = await source.window(at, until)
    budget.spend(items.length)
    top.add(plan.test ? items.filter(plan.test) : items)
    const border = top.border
    if (plan.order === 'oldest' && border !== undefined && until > border) return
    step = items.length < 2_000 ? step * 4 : firstWindowUs
    at = until
  }
}
