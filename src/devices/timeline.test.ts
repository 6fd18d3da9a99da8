import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Micros } from '../kernel/time.ts'
import {
  associationAt,
  correctedTimeline,
  differences,
  endedAt,
  mayBeginAt,
  openAssociation,
  type Timeline,
} from './timeline.ts'

const step = fc.record({ patient: fc.constantFrom('a', 'b', 'c', null), at: fc.integer({ min: 0, max: 60 }) })

/** Plays associations and releases as the registry does, leaving out what it would refuse. */
function play(steps: readonly { patient: string | null; at: number }[]): Timeline {
  let timeline: Timeline = []
  for (const { patient, at } of steps) {
    const from = at as Micros
    if (patient === null) timeline = endedAt(timeline, from)
    else if (mayBeginAt(timeline, from)) {
      timeline = [...endedAt(timeline, from), { device: 'd', patient, place: null, from, to: null }]
    }
  }
  return timeline
}

it('stays sorted and free of overlap, with only the last open, whatever is asked', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const timeline = play(steps)
      for (const [i, { from, to }] of timeline.entries()) {
        const next = timeline[i + 1]
        if (to !== null) expect(to).toBeGreaterThan(from)
        if (next) expect(to !== null && to <= next.from).toBe(true)
      }
      expect(openAssociation(timeline)).toBe(timeline.findLast((a) => a.to === null))
    }),
  )
})

it('finds by binary search what a walk finds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: -1, max: 61 }), (steps, at) => {
      const timeline = play(steps)
      const walked = timeline.find(({ from, to }) => from <= at && (to === null || at < to))
      expect(associationAt(timeline, at as Micros)).toBe(walked)
    }),
  )
})

const said = fc.record({
  patient: fc.constantFrom('a', 'b', 'c', null),
  from: fc.integer({ min: 0, max: 60 }),
  length: fc.option(fc.integer({ min: 1, max: 30 })),
})
const patientAt = (timeline: Timeline, at: number) => associationAt(timeline, at as Micros)?.patient ?? null

it('says after a correction what was said, there, and what it said before, elsewhere', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), said, (steps, { patient, from, length }) => {
      const before = play(steps)
      const to = length === null ? null : ((from + length) as Micros)
      const after = correctedTimeline(before, { device: 'd', patient, from: from as Micros, to })
      for (let at = 0; at < 100; at++) {
        const inside = at >= from && (to === null || at < to)
        expect(patientAt(after, at)).toBe(inside ? patient : patientAt(before, at))
      }
      for (const [i, one] of after.entries()) {
        if (one.to !== null) expect(one.to).toBeGreaterThan(one.from)
        const next = after[i + 1]
        if (next) expect(one.to !== null && one.to <= next.from).toBe(true)
      }
    }),
  )
})

it('differs from another just where it names another patient', () => {
  fc.assert(
    fc.property(fc.array(step), fc.array(step), (one, other) => {
      const [before, after] = [play(one), play(other)]
      const found = differences(before, after, 50 as Micros)
      for (let at = 0; at < 60; at++) {
        const difference = found.filter(({ from, to }) => at >= from && at < to)
        const [was, is] = [patientAt(before, at), patientAt(after, at)]
        expect(difference.map(({ patientBefore, patientAfter }) => [patientBefore, patientAfter])).toEqual(
          was === is || at >= 50 ? [] : [[was, is]],
        )
      }
    }),
  )
})
