import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Backlog } from './backlog.ts'

const pack = (size: number, waveform: boolean) => ({ bytes: new Uint8Array(size), waveform })

describe('the backlog', () => {
  it('lets waveforms go before numbers, the oldest first', () => {
    const backlog = new Backlog(30)
    const kept = [pack(10, false), pack(10, false), pack(10, true)]
    backlog.add(kept[0]!)
    backlog.add(pack(10, true))
    backlog.add(kept[1]!)
    backlog.add(kept[2]!)
    expect([backlog.take(false), backlog.take(false), backlog.take(false)]).toEqual(kept)
    expect(backlog.dropped).toBe(1)
  })

  it('never holds more than its limit and counts what it let go', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ size: fc.integer({ min: 0, max: 60 }), waveform: fc.boolean(), take: fc.boolean() }),
        ),
        (steps) => {
          const backlog = new Backlog(100)
          let taken = 0
          for (const { size, waveform, take } of steps) {
            backlog.add(pack(size, waveform))
            if (take && backlog.take(waveform)) taken++
            expect(backlog.sizeBytes).toBeLessThanOrEqual(100)
          }
          expect(backlog.length + backlog.dropped + taken).toBe(steps.length)
        },
      ),
    )
  })
})
