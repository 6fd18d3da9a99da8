import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { TelemetryTap, tapped } from './telemetry-tap.ts'

const own = 'vitalwire/d1/telemetry'
const packetBytes = 2_000

const publish = fc.record({
  cmd: fc.constant('publish' as const),
  topic: fc.oneof(
    { weight: 3, arbitrary: fc.constant(own) },
    fc.constantFrom(`${own}x`, 'vitalwire/d1/telemetr', 'vitalwire/d2/telemetry', 'vitalwire/d1/status', 'a'),
  ),
  payload: fc.integer({ min: 0, max: 2_500 }).map((size) => Buffer.alloc(size, 0x41)),
  qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  messageId: fc.integer({ min: 1, max: 65_535 }),
  dup: fc.boolean(),
  retain: fc.boolean(),
})
type Given = { readonly packet: mqttPacket.Packet; readonly bytes: Buffer }
const given: fc.Arbitrary<Given> = fc
  .oneof(publish, fc.constant({ cmd: 'pingreq' as const }))
  .map((packet) => ({ packet, bytes: mqttPacket.generate(packet as mqttPacket.Packet) }))

/** What is taken and what passes, in order; neighbours that pass are joined. */
function run(tap: TelemetryTap, bytes: Buffer, pieceBytes: number): (string | Buffer)[] {
  const found: (string | Buffer)[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    tap.feed(bytes.subarray(at, at + pieceBytes))
    for (let kind = tap.next(); kind !== tapped.nothing; kind = tap.next()) {
      const last = found.at(-1)
      if (kind === tapped.telemetry) found.push(`${tap.qos} ${tap.packetId} ${tap.payload.length}`)
      else if (last instanceof Buffer) found[found.length - 1] = Buffer.concat([last, tap.bytes])
      else found.push(Buffer.from(tap.bytes))
    }
  }
  return found
}

function expected(packets: readonly Given[]): (string | Buffer)[] {
  const wanted: (string | Buffer)[] = []
  for (const { packet, bytes } of packets) {
    const last = wanted.at(-1)
    const bodyBytes = bytes.length - (bytes.length > 129 ? 3 : 2)
    if (packet.cmd === 'publish' && packet.topic === own && packet.qos < 2 && bodyBytes <= packetBytes) {
      wanted.push(`${packet.qos} ${packet.qos === 0 ? 0 : packet.messageId} ${packet.payload.length}`)
    } else if (last instanceof Buffer) wanted[wanted.length - 1] = Buffer.concat([last, bytes])
    else wanted.push(bytes)
  }
  return wanted
}

describe('the telemetry tap', () => {
  it('takes whole packets to its own topic and passes the rest in place, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(given, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4_000 }),
        (packets, pieceBytes) => {
          const tap = new TelemetryTap()
          tap.open(own, packetBytes)
          const bytes = Buffer.concat(packets.map((one) => one.bytes))
          expect(run(tap, bytes, pieceBytes)).toEqual(expected(packets))
        },
      ),
    )
  })

  it('begins and ends between two packets, whatever it saw before', () => {
    fc.assert(
      fc.property(fc.array(given, { maxLength: 8 }), fc.nat(), fc.nat(), (packets, opens, closes) => {
        const tap = new TelemetryTap()
        const wanted: Buffer[] = []
        const passed: Buffer[] = []
        packets.forEach((one, i) => {
          if (i === opens % 8) tap.open(own, packetBytes)
          if (i === closes % 8) tap.open(undefined, 0)
          const found = run(tap, one.bytes, 3)
          if (found.every((part) => part instanceof Buffer)) wanted.push(one.bytes)
          for (const part of found) if (part instanceof Buffer) passed.push(part)
        })
        expect(Buffer.concat(passed).equals(Buffer.concat(wanted))).toBe(true)
      }),
    )
  })

  it('says where a PUBLISH at QoS 1 begins that it does not take', () => {
    const tap = new TelemetryTap()
    tap.open(own, packetBytes)
    const begins: boolean[] = []
    for (const qos of [0, 1, 2] as const) {
      const packet = { cmd: 'publish', topic: 'a', qos, dup: false, retain: false, messageId: 7 } as const
      tap.feed(mqttPacket.generate({ ...packet, payload: 'x' }))
      tap.next()
      begins.push(tap.beginsQos1)
    }
    expect(begins).toEqual([false, true, false])
  })

  it.each([
    ['a length that never ends', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [
      'a packet id of 0',
      [...mqttPacket.generate({ ...idOne(), payload: 'x' })].with(2 + 2 + own.length + 1, 0),
    ],
    ['a PUBLISH too short for the topic', [0x30, 0x01, 0x00]],
  ])('passes %s to those who refuse it', (_, bytes) => {
    const tap = new TelemetryTap()
    tap.open(own, packetBytes)
    expect(run(tap, Buffer.from(bytes), 100)).toEqual([Buffer.from(bytes)])
  })
})

function idOne() {
  return { cmd: 'publish', topic: own, qos: 1, dup: false, retain: false, messageId: 1 } as const
}
