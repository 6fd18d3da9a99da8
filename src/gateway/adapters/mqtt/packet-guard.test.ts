import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { readOversized } from './oversized-publish.ts'
import { PacketGuard } from './packet-guard.ts'

const publish = (payloadBytes: number, qos: 0 | 1 = 0) =>
  mqttPacket.generate({
    ...{ cmd: 'publish', topic: 'a/b', qos, dup: false, retain: true },
    ...(qos > 0 ? { messageId: 7 } : {}),
    payload: Buffer.alloc(payloadBytes, 0x41),
  })

/** Feeds in pieces; answers what passed. */
function feed(guard: PacketGuard, bytes: Uint8Array, pieceBytes: number): Buffer {
  const passed: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    passed.push(...guard.feed(bytes.subarray(at, at + pieceBytes)))
  }
  return Buffer.concat(passed)
}

function parse(bytes: Buffer) {
  const packets: mqttPacket.Packet[] = []
  const parser = mqttPacket.parser()
  parser.on('packet', (packet) => packets.push(packet))
  parser.parse(bytes)
  return packets
}

const device = { packetBytes: 500, cutBytes: 1 << 20, headBytes: 64 }
const pieces = fc.integer({ min: 1, max: 300 })

describe('the packet guard', () => {
  it('lets through every packet up to the limit, however it is cut', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 8 })
    fc.assert(
      fc.property(sizes, pieces, (payloads, pieceBytes) => {
        const bytes = Buffer.concat(payloads.map((size) => publish(size)))
        const guard = new PacketGuard({ packetBytes: 1_100, cutBytes: 0, headBytes: 0 })
        expect(feed(guard, bytes, pieceBytes).equals(bytes)).toBe(true)
        expect(guard.stoppedAtBytes).toBeUndefined()
      }),
    )
  })

  it('cuts a larger message to its head, with its size, id and quality of service, and goes on', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom<0 | 1>(0, 1), (pieceBytes, qos) => {
        const guard = new PacketGuard(device)
        const bytes = Buffer.concat([publish(100), publish(100_000, qos), publish(20)])
        const [first, cut, last] = parse(feed(guard, bytes, pieceBytes)) as mqttPacket.IPublishPacket[]
        expect([first?.payload.length, last?.payload.length]).toEqual([100, 20])
        expect(cut).toMatchObject({ qos, retain: false, ...(qos > 0 ? { messageId: 7 } : {}) })
        expect(readOversized(cut!.topic)).toEqual({ topic: 'a/b', payloadBytes: 100_000 })
        expect(cut!.payload.length).toBe(64 - 5 - (qos > 0 ? 2 : 0))
      }),
    )
  })

  it('passes nothing of a packet beyond the limit from a stranger, nor of what follows', () => {
    fc.assert(
      fc.property(pieces, (pieceBytes) => {
        const guard = new PacketGuard({ packetBytes: 500, cutBytes: 0, headBytes: 0 })
        const good = publish(100)
        const passed = feed(guard, Buffer.concat([good, publish(100_000), good]), pieceBytes)
        expect(passed.equals(good)).toBe(true)
        expect(guard.stoppedAtBytes).toBeGreaterThan(100_000)
      }),
    )
  })

  it('stops beyond what is worth cutting, a packet that is no message, and a head that is none', () => {
    const wrong: [string, Buffer][] = [
      ['too large to cut', publish((1 << 20) + 1)],
      ['a SUBSCRIBE', Buffer.concat([Buffer.from([0x82, 0xff, 0x7f]), Buffer.alloc(16_383)])],
      [
        'a topic longer than the head',
        Buffer.concat([Buffer.from([0x30, 0xff, 0x7f, 0xff, 0xff]), Buffer.alloc(16_381)]),
      ],
      ['a length that does not end', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ]
    for (const [what, bytes] of wrong) {
      const guard = new PacketGuard(device)
      expect(feed(guard, bytes, 1_000), what).toHaveLength(0)
      expect(guard.stoppedAtBytes, what).toBeDefined()
    }
  })

  it('takes raised limits at once', () => {
    const guard = new PacketGuard({ packetBytes: 10, cutBytes: 0, headBytes: 0 })
    guard.limits = { ...device, packetBytes: 1_000 }
    feed(guard, publish(900), 100)
    expect(guard.stoppedAtBytes).toBeUndefined()
  })
})
