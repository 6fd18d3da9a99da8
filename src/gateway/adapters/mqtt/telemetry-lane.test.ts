import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import mqttPacket, { type IPublishPacket } from 'mqtt-packet'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type TestGateway, testGateway } from '../../../../tests/gateway.ts'
import { FakeClock } from '../../../platform/clock.ts'
import { silentLog } from '../../../platform/log.ts'
import { type MqttBroker, startMqttBroker } from './broker.ts'

interface RawDevice {
  readonly id: string
  readonly socket: Socket
  /** Ids of the PUBACKs so far, in order. */
  readonly acknowledged: number[]
  publish(messageId: number, change?: Partial<IPublishPacket>): Buffer
}

describe('the lane of telemetry', () => {
  let gateway: TestGateway
  let broker: MqttBroker
  let clock: FakeClock
  let serial = 0
  const open: Socket[] = []
  beforeAll(async () => {
    clock = new FakeClock()
    gateway = await testGateway(clock)
    broker = await startMqttBroker({ host: '127.0.0.1', port: 0, ...gateway, log: silentLog })
  })
  afterAll(async () => {
    await broker.close()
    await gateway.close()
  })
  afterEach(() => {
    gateway.telemetry.failing = false
    gateway.telemetry.release()
    for (const socket of open.splice(0)) socket.destroy()
  })

  const reading = (second: number) => `[{"n":"heart-rate","v":72,"t":${1_767_000_000 + second}}]`
  const stored = (id: string) => gateway.telemetry.readings.filter((one) => one.device === id)

  /** @param behindConnect sent in one write with CONNECT */
  async function device(options: { keepalive?: number; behindConnect?: (d: RawDevice) => Buffer } = {}) {
    const id = `lane-${++serial}`
    const { username, password } = await gateway.device(id, 'vitalwire/senml', 'p1')
    const socket = connect(broker.port, '127.0.0.1')
    socket.on('error', () => {})
    open.push(socket)
    await once(socket, 'connect')
    const acknowledged: number[] = []
    const topic = `vitalwire/${id}/telemetry`
    const publish: RawDevice['publish'] = (messageId, change = {}) =>
      mqttPacket.generate({
        ...({ cmd: 'publish', topic, qos: 1, dup: false, retain: false, messageId } as const),
        ...{ payload: reading(messageId), ...change },
      })
    const made: RawDevice = { id, socket, acknowledged, publish }
    const connack = Promise.withResolvers<void>()
    const parser = mqttPacket.parser()
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connack') connack.resolve()
      if (packet.cmd === 'puback') acknowledged.push(packet.messageId!)
    })
    socket.on('data', (data) => parser.parse(data))
    const { keepalive = 0, behindConnect } = options
    const hello = { protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive } as const
    const credential = { clientId: 'any', username, password: Buffer.from(password) }
    const first = mqttPacket.generate({ cmd: 'connect', ...hello, ...credential })
    socket.write(behindConnect ? Buffer.concat([first, behindConnect(made)]) : first)
    await connack.promise
    return made
  }
  const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

  it('acknowledges in the order of the packets, whichever way each of them goes', async () => {
    const { id, socket, publish, acknowledged } = await device()
    const unusual = { payload: '[{"n":"mood","v":1},{"n":"spo2","v":97}]' }
    const packets = [
      publish(1),
      publish(2, { topic: 'elsewhere' }),
      publish(3),
      publish(4, unusual),
      publish(5, { topic: `vitalwire/${id}/status`, payload: 'online' }),
      ...ids(6, 20).map((messageId) => publish(messageId, messageId % 3 === 0 ? unusual : {})),
    ]
    socket.write(Buffer.concat(packets))
    await expect.poll(() => acknowledged.length).toBe(20)
    expect(acknowledged).toEqual(ids(1, 20))
  })

  it('acknowledges what was sent behind CONNECT only after CONNACK, in order', async () => {
    const { id, acknowledged } = await device({
      behindConnect: ({ publish }) => Buffer.concat(ids(1, 5).map((messageId) => publish(messageId))),
    })
    await expect.poll(() => acknowledged).toEqual(ids(1, 5))
    expect(stored(id)).toHaveLength(5)
  })

  it('takes a resend for what it is', async () => {
    const { id, socket, publish, acknowledged } = await device()
    socket.write(Buffer.concat([publish(1), publish(1, { dup: true }), publish(1, { retain: true })]))
    await expect.poll(() => acknowledged).toEqual([1, 1, 1])
    expect(stored(id)).toHaveLength(1)
  })

  it('stores QoS 0 and acknowledges nothing', async () => {
    const { id, socket, publish, acknowledged } = await device()
    socket.write(Buffer.concat([publish(1, { qos: 0 }), publish(2)]))
    await expect.poll(() => acknowledged).toEqual([2])
    expect(stored(id)).toHaveLength(2)
  })

  it.each([
    ['plain packs', undefined],
    ['unusual packs', '[{"n":"consciousness","vs":"alert"}]'],
  ])('closes the connection and acknowledges none when %s cannot be stored', async (_, payload) => {
    const { socket, publish, acknowledged } = await device()
    gateway.telemetry.failing = true
    const closed = once(socket, 'close')
    socket.write(Buffer.concat(ids(1, 9).map((id) => publish(id, payload === undefined ? {} : { payload }))))
    await closed
    expect(acknowledged).toEqual([])
  })

  it('hands telemetry back to a device that subscribed to it', async () => {
    const { id, socket, publish } = await device()
    const heard: string[] = []
    const parser = mqttPacket.parser()
    const granted = new Promise<void>((resolve) => {
      parser.on('packet', (packet) => {
        if (packet.cmd === 'suback') resolve()
        if (packet.cmd === 'publish') heard.push(String(packet.payload))
      })
    })
    socket.on('data', (data) => parser.parse(data))
    const subscriptions = [{ topic: `vitalwire/${id}/#`, qos: 0 as const }]
    socket.write(mqttPacket.generate({ cmd: 'subscribe', messageId: 9, subscriptions }))
    await granted
    socket.write(publish(1))
    await expect.poll(() => heard).toEqual([reading(1)])
    expect(stored(id)).toHaveLength(1)
  })

  it('is kept alive by telemetry alone, and ends after one and a half silent periods', async () => {
    const { socket, publish, acknowledged } = await device({ keepalive: 10 })
    const closed = once(socket, 'close')
    for (const messageId of ids(1, 5)) {
      clock.advanceMs(14_000)
      socket.write(publish(messageId))
      await expect.poll(() => acknowledged.length).toBe(messageId)
    }
    clock.advanceMs(15_001)
    await closed
  })

  it('stops reading from a device that has too much under way, and loses nothing of it', async () => {
    const { id, socket, publish, acknowledged } = await device()
    gateway.telemetry.hold()
    const messages = 4_000
    const padding = ' '.repeat(16 * 1024)
    for (const messageId of ids(1, messages)) {
      socket.write(publish(messageId, { payload: reading(messageId) + padding }))
    }
    const sent = () => socket.bytesWritten - socket.writableLength
    for (let before = -1; before !== sent(); ) {
      before = sent()
      await (await device()).socket.end() // a whole sign-in passes: time enough to read more, if it were read
    }
    expect(sent()).toBeLessThan((messages * padding.length) / 2)
    expect(acknowledged).toEqual([])
    gateway.telemetry.release()
    await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBe(messages)
    expect(acknowledged).toEqual(ids(1, messages))
    expect(stored(id)).toHaveLength(messages)
  })

  it.each([
    ['floods', true],
    ['floods and never takes an acknowledgement', false],
  ])('does not let a device that %s slow a calm one', async (_, reads) => {
    const flood = await device()
    if (!reads) flood.socket.pause()
    const chunk = Buffer.concat(ids(1, 500).map((messageId) => flood.publish(messageId)))
    const pour = () => {
      while (!flood.socket.destroyed && flood.socket.write(chunk)) {}
    }
    flood.socket.on('drain', pour)
    pour()
    const calm = await device()
    const waits: number[] = []
    for (const messageId of ids(1, 60)) {
      const begin = performance.now()
      calm.socket.write(calm.publish(messageId))
      await expect.poll(() => calm.acknowledged.length, { interval: 1 }).toBe(messageId)
      waits.push(performance.now() - begin)
    }
    const median = waits.sort((a, b) => a - b)[30]!
    expect(median).toBeLessThan(100)
    expect(flood.socket.bytesWritten).toBeGreaterThan(100_000)
  })
})
