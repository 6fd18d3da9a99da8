import type { Micros } from '../kernel/time.ts'
import type { Association } from './model.ts'

/**
 * The associations of one device, by time. Invariant: they are sorted by `from` and do not overlap, so that at every
 * instant there is at most one; only the last may be open.
 */
export type Timeline = readonly Association[]

/** The association that holds at `at`, by binary search: this is asked for every reading. */
export function associationAt(timeline: Timeline, at: Micros): Association | undefined {
  let low = 0
  let high = timeline.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const candidate = timeline[middle]!
    if (at < candidate.from) high = middle - 1
    else if (candidate.to !== null && at >= candidate.to) low = middle + 1
    else return candidate
  }
  return undefined
}

/** The open association, if any. */
export const openAssociation = (timeline: Timeline): Association | undefined => {
  const last = timeline.at(-1)
  return last?.to === null ? last : undefined
}

/** Ends what is open at `at`; an association that would end at or before its begin never was. */
export function endedAt(timeline: Timeline, at: Micros): Timeline {
  const open = openAssociation(timeline)
  if (!open) return timeline
  const before = timeline.slice(0, -1)
  return open.from >= at ? before : [...before, { ...open, to: at }]
}

/** Whether an association may begin at `from`: not before something that ended later or began later. */
export function mayBeginAt(timeline: Timeline, from: Micros): boolean {
  const last = timeline.at(-1)
  return last === undefined || (last.to === null ? last.from <= from : last.to <= from)
}
