import type { Newest } from '../newest.ts'
import type { SeriesRegistry } from '../series-registry.ts'
import { journalKind } from '../store/journal-store.ts'
import type { TelemetryMemory } from './model.ts'

/** Keeps what the store holds in memory true to rows that were deleted or imported. */
export function createMemory(deps: {
  readonly registry: SeriesRegistry
  readonly newest: Newest
  readonly settled: () => Promise<void>
}): TelemetryMemory {
  const { registry, newest } = deps
  return {
    settled: deps.settled,
    forget(series) {
      registry.forget(series)
      for (const id of series) {
        newest.forget(id)
        newest.forgetWave(id)
      }
    },
    trimmed(series, kind, before, firstAt) {
      const isWave = kind === journalKind.waveforms
      const known = isWave ? newest.hasWave(series) : newest.has(series)
      if (!known) return
      const at = (isWave ? newest.waveAt : newest.at)[series]!
      if (firstAt === null && at < before) {
        if (isWave) newest.forgetWave(series)
        else newest.forget(series)
        return
      }
      const firsts = isWave ? newest.waveFirstAt : newest.firstAt
      // Something newer than `before` may be on its way into the journal, so the first is not put behind that.
      firsts[series] = Math.max(firsts[series]!, Math.min(firstAt ?? before, before))
    },
    learn(rows) {
      for (const row of rows) newest.tellRow(row)
    },
  }
}
