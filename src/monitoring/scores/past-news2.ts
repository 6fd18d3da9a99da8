import type { Telemetry } from '../../telemetry/model.ts'
import { type News2Part, news2Parts, scoreNews2 } from './news2.ts'
import { emptyInputs, inputIndexes, isUsable, pickInputs, valuesOf } from './news2-inputs.ts'

/** What telemetry holds of one series. */
export type PastColumns = Awaited<ReturnType<Telemetry['range']>>

export interface PastInput extends PastColumns {
  readonly metric: string
}

export interface PastScore {
  /** µs since 1970, a whole multiple of `pastStepUs`. */
  readonly at: number
  /** A lower bound where parts are missing. */
  readonly total: number
  readonly missing: readonly News2Part[]
}

export const pastStepUs = 300_000_000

/**
 * NEWS2 at every step in [from, to] as the live score would have been, had all readings come in time. Steps at which no
 * part can be scored are left out. Inputs must reach back as far before `from` as their values may be old.
 */
export function pastNews2(
  inputs: readonly PastInput[],
  { from, to }: { readonly from: number; readonly to: number },
  scale: 1 | 2,
): PastScore[] {
  const table = emptyInputs()
  const next = inputs.map(() => 0)
  const scores: PastScore[] = []
  for (let at = Math.ceil(from / pastStepUs) * pastStepUs; at <= to; at += pastStepUs) {
    inputs.forEach((input, which) => {
      let i = next[which]!
      for (; i < input.measuredAt.length && input.measuredAt[i]! <= at; i++) {
        if (!isUsable(input.value[i]!, input.quality[i]!)) continue
        for (const { index } of inputIndexes.get(input.metric) ?? []) {
          if (input.measuredAt[i]! < table.measuredAt[index]!) continue
          table.measuredAt[index] = input.measuredAt[i]!
          table.value[index] = input.value[i]!
        }
      }
      next[which] = i
    })
    const { total, missing } = scoreNews2(valuesOf(pickInputs(table, at)), scale)
    if (missing.length < news2Parts.length) scores.push({ at, total, missing })
  }
  return scores
}

/**
 * Those with no score stored within half a step. A score of an earlier look-back stands on the step itself: it is told
 * anew, as a later version, where readings that came since have changed it.
 */
export function notStoredYet(
  scores: readonly PastScore[],
  stored: PastColumns,
  bitsOf: (score: PastScore) => number,
) {
  return scores.filter((score) =>
    stored.measuredAt.every((at, i) =>
      at === score.at
        ? stored.value[i] !== score.total || stored.quality[i] !== bitsOf(score)
        : Math.abs(at - score.at) > pastStepUs / 2,
    ),
  )
}
