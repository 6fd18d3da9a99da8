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

/** The timeline with [from, to) on this patient, or (null) on nobody, whatever was said of that time before. */
export function correctedTimeline(
  timeline: Timeline,
  said: {
    readonly device: string
    readonly patient: string | null
    readonly from: Micros
    readonly to: Micros | null
  },
): Timeline {
  const { device, patient, from, to } = said
  const kept = timeline.flatMap((one) => {
    const before = one.from < from ? [{ ...one, to: earlier(one.to, from) }] : []
    const after =
      to !== null && (one.to === null || one.to > to) ? [{ ...one, from: later(one.from, to) }] : []
    return [...before, ...after]
  })
  const all = patient === null ? kept : [...kept, { device, patient, place: null, from, to }]
  return joined(all.sort((a, b) => a.from - b.from))
}

const earlier = (a: Micros | null, b: Micros): Micros => (a === null || a > b ? b : a)
const later = (a: Micros, b: Micros): Micros => (a > b ? a : b)

/** Associations that touch and are on the same patient and place are one. */
function joined(sorted: readonly Association[]): Timeline {
  const found: Association[] = []
  for (const one of sorted) {
    const last = found.at(-1)
    if (last && last.to === one.from && last.patient === one.patient && last.place === one.place) {
      found[found.length - 1] = { ...last, to: one.to }
    } else found.push(one)
  }
  return found
}

export interface Difference {
  readonly from: Micros
  readonly to: Micros
  readonly patientBefore: string | null
  readonly patientAfter: string | null
}

/** The times before `until` at which two timelines name different patients. */
export function differences(before: Timeline, after: Timeline, until: Micros): Difference[] {
  const ends = [...before, ...after].flatMap(({ from, to }) => (to === null ? [from] : [from, to]))
  const times = [...new Set([...ends.filter((time) => time < until), until])].sort((a, b) => a - b)
  const found: Difference[] = []
  for (const [i, from] of times.slice(0, -1).entries()) {
    const patientBefore = associationAt(before, from)?.patient ?? null
    const patientAfter = associationAt(after, from)?.patient ?? null
    if (patientBefore === patientAfter) continue
    const to = times[i + 1]!
    const last = found.at(-1)
    const goesOn =
      last?.to === from && last.patientBefore === patientBefore && last.patientAfter === patientAfter
    if (goesOn) found[found.length - 1] = { ...last, to }
    else found.push({ from, to, patientBefore, patientAfter })
  }
  return found
}

/** Whether an association may begin at `from`: not before something that ended later or began later. */
export function mayBeginAt(timeline: Timeline, from: Micros): boolean {
  const last = timeline.at(-1)
  return last === undefined || (last.to === null ? last.from <= from : last.to <= from)
}
