import { clamp } from '../periods.ts'
import type { Reading } from '../reading.ts'
import { journalKind } from '../store/journal-store.ts'
import { gatherByStoring } from './by-storing.ts'
import type { Plan } from './plan.ts'
import type { Budget, Item, Source } from './sources.ts'

const windowUs = 6 * 3_600_000_000

/** How many match, exactly: from the blocks' own counts where every reading of a time does, else by looking at each. */
export async function countMatches(
  reading: Reading,
  sources: readonly Source[],
  plan: Plan,
  budget: Budget,
): Promise<number> {
  const panels = sources.filter((source) => source.kind === 'panel')
  if (!plan.test && !plan.ids) {
    return (await countStored(reading, sources, plan)) + (await lookAtEach(panels, plan, budget))
  }
  if (!plan.ids && plan.stored.from > 0) {
    const found = new Counter()
    if (await gatherByStoring(reading, sources, plan, found, budget)) {
      return found.count + (await lookAtEach(panels, plan, budget))
    }
  }
  return lookAtEach(sources, plan, budget)
}

class Counter {
  count = 0
  readonly border = undefined
  add(items: readonly Item[]): void {
    this.count += items.length
  }
}

async function countStored(reading: Reading, sources: readonly Source[], plan: Plan): Promise<number> {
  const [from, to] = clamp(plan.from, plan.to)
  let count = 0
  for (const kind of ['reading', 'waveform'] as const) {
    const series = sources.filter((source) => source.kind === kind).map((source) => source.series.id)
    const stored = kind === 'reading' ? journalKind.samples : journalKind.waveforms
    if (series.length > 0) count += await reading.count(stored, series, from, to)
  }
  return count
}

async function lookAtEach(sources: readonly Source[], plan: Plan, budget: Budget): Promise<number> {
  const [from, to] = clamp(plan.from, plan.to)
  let count = 0
  for (const source of sources) {
    const end = Math.min(to, source.lastAt + 1)
    for (let at = Math.max(from, source.firstAt); at < end; at += windowUs) {
      const items = await source.window(at, Math.min(end, at + windowUs))
      budget.spend(items.length)
      count += plan.test ? items.filter(plan.test).length : items.length
    }
  }
  return count
}
