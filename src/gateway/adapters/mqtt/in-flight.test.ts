import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InFlight } from './in-flight.ts'

const limits = { messagesPerDevice: 4, bytesPerDevice: 100, bytes: 200, mostBytes: 300 }

describe('what may be unacknowledged', () => {
  it('is bounded for one device in messages and in bytes', () => {
    const device = new InFlight(limits).device(() => {})
    for (let i = 0; i < 4; i++) {
      expect(device.full).toBe(false)
      device.add(1)
    }
    expect(device.full).toBe(true)
    device.release(4, 4)
    device.add(1_000)
    expect(device.full).toBe(true)
  })

  it('leaves a device that has nothing under way its turn when others fill the room', () => {
    const all = new InFlight(limits)
    const [hungry, other, calm] = [all.device(() => {}), all.device(() => {}), all.device(() => {})]
    hungry.add(150)
    other.add(60)
    expect([other.full, calm.full]).toEqual([true, false])
    calm.add(90)
    expect(calm.full).toBe(true)
    expect(all.device(() => {}).full).toBe(true)
  })

  it('tells those who waited when there is room again, and no one who has gone', () => {
    const told: string[] = []
    const all = new InFlight(limits)
    const hungry = all.device(() => told.push('hungry'))
    const waits = all.device(() => told.push('waits'))
    const gone = all.device(() => told.push('gone'))
    hungry.add(400)
    expect([waits.full, gone.full]).toEqual([true, true])
    gone.close()
    hungry.release(1, 400)
    expect(told).toEqual(['waits', 'hungry'])
  })

  it('never holds more than its bound and one message of each device, and never forgets one that waits', () => {
    const step = fc.record({ device: fc.nat(5), bytes: fc.integer({ min: 1, max: 100 }), adds: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const all = new InFlight(limits)
        const waiting = new Set<number>()
        const queues: number[][] = Array.from({ length: 6 }, () => [])
        const devices = queues.map((_, i) => all.device(() => waiting.delete(i)))
        for (const { device, bytes, adds } of steps) {
          const queue = queues[device]!
          if (adds && !devices[device]!.full) {
            devices[device]!.add(bytes)
            queue.push(bytes)
          } else if (adds) waiting.add(device)
          else if (queue.length > 0) devices[device]!.release(1, queue.shift()!)
          expect(all.bytes).toBeLessThan(limits.mostBytes + 100)
        }
        for (const [i, queue] of queues.entries()) {
          while (queue.length > 0) devices[i]!.release(1, queue.shift()!)
        }
        expect([...waiting]).toEqual([])
        expect(all.bytes).toBe(0)
      }),
    )
  })
})
