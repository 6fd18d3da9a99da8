import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { PacketGuard } from './packet-guard.ts'

const publish = (payloadBytes: number) =>
  mqttPacket.generate({
    ...{ cmd: 'publish', topic: 'a/b', qos: 0, dup: false, retain: false },
    payload: Buffer.alloc(payloadBytes, 0x41),
  })

/** Feeds in pieces; answers what passed. */
function feed(guard: PacketGuard, bytes: Uint8Array, pieceBytes: number): Buffer {
  const passed: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes)
    passed.push(piece.subarray(0, guard.feed(piece)))
  }
  return Buffer.concat(passed)
}

describe('the packet guard', () => {
  it('lets through every packet up to the limit, however it is cut', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 8 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 300 }), (payloads, pieceBytes) => {
        const bytes = Buffer.concat(payloads.map(publish))
        const guard = new PacketGuard(1_100, 64)
        expect(feed(guard, bytes, pieceBytes).equals(bytes)).toBe(true)
        expect(guard.stopped).toBe(false)
      }),
    )
  })

  it('stops at the header of a packet beyond it, and keeps its head', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (pieceBytes) => {
        const good = publish(100)
        const guard = new PacketGuard(500, 64)
        const big = publish(100_000)
        const passed = feed(guard, Buffer.concat([good, big]), pieceBytes)
        // A header byte that came alone may have passed before its length was known; never more than a header.
        expect(passed.length).toBeGreaterThanOrEqual(good.length)
        expect(passed.length).toBeLessThanOrEqual(good.length + 4)
        const found = guard.oversized()
        expect(found).toMatchObject({ firstByte: 0x30, bodyBytes: big.length - 4 })
        expect(Buffer.from(found!.head)).toEqual(big.subarray(4, 68))
      }),
    )
  })

  it('tells as much as came where the sender stops early', () => {
    const guard = new PacketGuard(500, 64)
    feed(guard, publish(100_000).subarray(0, 20), 20)
    expect(guard.oversized()).toBeUndefined()
    expect(guard.oversized(true)?.head).toHaveLength(16)
  })

  it('takes a raised limit at once', () => {
    const guard = new PacketGuard(10, 64)
    guard.maxPacketBytes = 1_000
    feed(guard, publish(900), 100)
    expect(guard.stopped).toBe(false)
  })

  it('stops a length that does not end', () => {
    const guard = new PacketGuard(1 << 20, 64)
    feed(guard, Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff]), 1)
    expect(guard.stopped).toBe(true)
  })
})
