import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Micros } from '../kernel/time.ts'
import { associationAt, endedAt, mayBeginAt, openAssociation, type Timeline } from './timeline.ts'

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
