import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestGateway, testGateway } from '../../../../tests/gateway.ts'
import { silentLog } from '../../../platform/log.ts'
import { type MqttBroker, startMqttBroker } from './broker.ts'

let gateway: TestGateway
let broker: MqttBroker
let hello: Buffer
beforeAll(async () => {
  gateway = await testGateway()
  broker = await startMqttBroker({ host: '127.0.0.1', port: 0, ...gateway, log: silentLog })
  const { username, password } = await gateway.device('fuzz', 'vitalwire/senml')
  const connectPacket = {
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: 'c',
    keepalive: 5,
  } as const
  const credential = { username, password: Buffer.from(password) }
  hello = mqttPacket.generate({ cmd: 'connect', ...connectPacket, ...credential })
})
afterAll(async () => {
  await broker.close()
  await gateway.close()
})

/** Sends all of it and waits until the broker has answered a ping behind it, or hung up. */
async function hurl(bytes: Buffer): Promise<void> {
  const socket = connect(broker.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.resume()
  socket.end(bytes)
  await closed
}

const topic = fc.oneof(
  fc.constantFrom('vitalwire/fuzz/telemetry', 'vitalwire/fuzz/status', '$SYS/x', '', '/', 'a'.repeat(300)),
  fc.string({ maxLength: 40 }),
  fc.integer({ min: 90, max: 120 }).map((levels) => 'vitalwire/fuzz/'.padEnd(levels * 2, 'x/')),
)
const payload = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
const messageId = fc.integer({ min: 1, max: 65_535 })
const packet = fc.oneof(
  fc.record({
    ...{ cmd: fc.constant('publish' as const), topic, payload, messageId },
    ...{ qos: fc.constantFrom(0, 1, 2), dup: fc.boolean(), retain: fc.boolean() },
  }),
  fc.record({
    ...{ cmd: fc.constant('subscribe' as const), messageId },
    subscriptions: fc.array(fc.record({ topic, qos: fc.constantFrom(0, 1, 2) }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  fc.record({ cmd: fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp'), messageId }),
  fc.record({ cmd: fc.constantFrom('pingreq', 'disconnect') }),
)
const bytesOf = (given: unknown): Buffer => {
  try {
    return mqttPacket.generate(given as mqttPacket.Packet)
  } catch {
    return Buffer.alloc(0) // the generator refuses some of it; a hostile peer is tried by the raw bytes below
  }
}
const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 })

it('outlives whatever a signed-in device sends, and serves the next', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(packet, { maxLength: 6 }), damage, async (packets, changes) => {
      const bytes = Buffer.concat(packets.map(bytesOf))
      for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
      await hurl(Buffer.concat([hello, bytes]))
    }),
    { numRuns: 150 },
  )
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, signedIn) => {
      await hurl(signedIn ? Buffer.concat([hello, bytes]) : Buffer.from(bytes))
    }),
    { numRuns: 150 },
  )
  const before = gateway.telemetry.readings.length
  const reading = bytesOf({
    ...{ cmd: 'publish', topic: 'vitalwire/fuzz/telemetry', qos: 0, dup: false, retain: false },
    payload: '[{"n":"heart-rate","v":72}]',
  })
  await hurl(Buffer.concat([hello, reading]))
  await expect.poll(() => gateway.telemetry.readings.length).toBe(before + 1)
})
