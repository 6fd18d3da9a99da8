import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { promisify } from 'node:util'
import mqtt, { type IClientOptions } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type TestGateway, testGateway } from '../../../../tests/gateway.ts'
import { silentLog } from '../../../platform/log.ts'
import { type MqttBroker, startMqttBroker } from './broker.ts'

const run = promisify(execFile)
const mosquitto = (() => {
  try {
    return execFileSync('sh', ['-c', 'command -v mosquitto_pub']).toString().trim()
  } catch {
    return undefined
  }
})()

const closing = (client: mqtt.MqttClient) =>
  new Promise<void>((resolve) => client.once('close', () => resolve()))

describe('the MQTT broker', () => {
  let gateway: TestGateway
  let broker: MqttBroker
  let credential: { username: string; password: string }
  let id: string
  let serial = 0
  const open: mqtt.MqttClient[] = []
  beforeAll(async () => {
    gateway = await testGateway()
    const { devices, ingest, clock } = gateway
    broker = await startMqttBroker({ host: '127.0.0.1', port: 0, devices, ingest, clock, log: silentLog })
  })
  afterAll(async () => {
    await broker.close()
    await gateway.close()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.endAsync(true)))
  })
  async function device() {
    id = `m${++serial}`
    credential = await gateway.device(id, 'vitalwire/senml', 'p1')
    return id
  }
  async function connect(options: IClientOptions = {}) {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      ...{ protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 5_000, ...credential, ...options },
    })
    client.on('error', () => {})
    open.push(client)
    return client
  }
  const codes = async (of = id) =>
    (await gateway.quarantine.list({ device: of, limit: 10 })).map((entry) => entry.code)
  const stored = (of = id) => gateway.telemetry.readings.filter((reading) => reading.device === of)
  const reading = '[{"n":"heart-rate","v":72}]'

  it('refuses a wrong secret with 4, and a stranger the same', async () => {
    await device()
    for (const wrong of [{ password: 'x' }, { username: 'nobody' }, { username: '' }]) {
      await expect(connect(wrong)).rejects.toMatchObject({ code: 4 })
    }
  })

  it('quarantines what a device publishes elsewhere, hands it to nobody, and keeps the connection', async () => {
    await device()
    const other = id
    const listening = await connect()
    await listening.subscribeAsync(`vitalwire/${other}/#`, { qos: 1 })
    const heard: string[] = []
    listening.on('message', (topic) => heard.push(topic))
    await device()
    const client = await connect()
    for (const topic of [`vitalwire/${other}/telemetry`, `vitalwire/${id}/commands`, 'somewhere', '$SYS/x']) {
      await client.publishAsync(topic, reading, { qos: 1 })
    }
    expect(await codes()).toEqual(Array.from({ length: 4 }, () => 'topic-not-permitted'))
    expect(gateway.quarantine.summary(id).last?.reason).toContain('The device published to')
    await client.publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 2 })
    expect([stored().length, stored(other).length, heard]).toEqual([1, 0, []])
  })

  it('lets a device subscribe below its own topic alone', async () => {
    await device()
    const client = await connect()
    const granted = async (topic: string) =>
      client.subscribeAsync(topic, { qos: 1 }).then(
        ([grant]) => grant?.qos,
        () => 128,
      )
    expect(await granted(`vitalwire/${id}/#`)).toBe(1)
    for (const topic of ['#', '+/+/telemetry', 'vitalwire/+/telemetry', 'vitalwire/other/#', '$SYS/#']) {
      expect(await granted(topic), topic).toBe(128)
    }
  })

  it('refuses a will that is not the device’s own status', async () => {
    await device()
    const will = {
      topic: 'vitalwire/other/telemetry',
      payload: Buffer.from(reading),
      qos: 1,
      retain: false,
    } as const
    await expect(connect({ will })).rejects.toMatchObject({ code: 5 })
  })

  it('keeps a retained status, online and, when the device falls away, its will', async () => {
    await device()
    const topic = `vitalwire/${id}/status`
    const client = await connect({ will: { topic, payload: Buffer.from('offline'), qos: 1, retain: true } })
    await client.publishAsync(topic, 'online', { qos: 1, retain: true })
    expect(gateway.devices.presence(id).connection).toBe('online')
    client.stream.destroy()
    await expect.poll(() => gateway.devices.presence(id).connection).toBe('offline')
    const again = await connect()
    const seen = new Promise((resolve) => again.once('message', (_, payload) => resolve(String(payload))))
    await again.subscribeAsync(topic)
    expect(await seen).toBe('offline')
  })

  it('hands a device’s connection over to its newer one, whatever client ids they name', async () => {
    await device()
    const first = await connect({ clientId: 'one' })
    const closed = closing(first)
    const second = await connect({ clientId: 'two' })
    await closed
    expect(gateway.devices.presence(id).connection).toBe('online')
    await second.publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 1 })
    expect(stored()).toHaveLength(1)
  })

  it.each(['revoke', 'issueCredential'] as const)('ends the connection on %s', async (change) => {
    await device()
    const client = await connect()
    const closed = closing(client)
    await gateway.devices[change](id)
    await closed
    await expect(connect()).rejects.toMatchObject({ code: 4 })
  })

  it.each([0, 1, 2] as const)(
    'quarantines ten megabytes at QoS %i with its first bytes, and the connection goes on',
    async (qos) => {
      await device()
      const client = await connect()
      await client.publishAsync(`vitalwire/${id}/telemetry`, Buffer.alloc(10 << 20, 0x61), { qos })
      await client.publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 1 })
      expect(stored()).toHaveLength(1)
      expect(await codes()).toEqual(['payload-too-large'])
      const [entry] = await gateway.quarantine.list({ device: id, limit: 1 })
      expect(entry!.size).toBe(10 << 20)
      expect(Buffer.from(entry!.bytes, 'base64').subarray(0, 100).toString()).toBe('a'.repeat(100))
      expect(client.connected).toBe(true)
    },
  )

  it('takes a payload of a whole mebibyte, and quarantines one of a byte more without closing', async () => {
    await device()
    const client = await connect()
    const padded = (bytes: number) => reading.padEnd(bytes, ' ')
    await client.publishAsync(`vitalwire/${id}/telemetry`, padded(1 << 20), { qos: 1 })
    expect(stored()).toHaveLength(1)
    await client.publishAsync(`vitalwire/${id}/telemetry`, padded((1 << 20) + 1), { qos: 1 })
    expect(await codes()).toEqual(['payload-too-large'])
    expect(client.connected).toBe(true)
  })

  it('does not gather a large packet from one who has not signed in', async () => {
    const socket = connectTcp(broker.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    const closed = new Promise((resolve) => socket.once('close', resolve)) // a reset is an end, too
    socket.write(Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0x7f]), Buffer.alloc(70_000)]))
    await closed
  })

  it('closes on bytes that are no MQTT, and goes on for others', async () => {
    for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(64, 0xff), Buffer.alloc(64)]) {
      const socket = connectTcp(broker.port, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      const closed = once(socket, 'close')
      socket.end(bytes)
      socket.resume()
      await closed
    }
    await device()
    await (await connect()).publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 1 })
    expect(stored()).toHaveLength(1)
  })

  it('stores readings sent with the retain flag, and keeps no copy', async () => {
    await device()
    const client = await connect()
    await client.publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 1, retain: true })
    const heard: string[] = []
    client.on('message', (topic) => heard.push(topic))
    await client.subscribeAsync(`vitalwire/${id}/telemetry`)
    await client.publishAsync(`vitalwire/${id}/status`, 'online', { qos: 1 })
    expect(heard).toEqual([])
    expect(stored()).toHaveLength(1)
  })

  it('takes what a device publishes without waiting for acknowledgements', async () => {
    await device()
    const client = await connect()
    const base = 1_767_225_600
    await Promise.all(
      Array.from({ length: 2_000 }, (_, i) =>
        client.publishAsync(`vitalwire/${id}/telemetry`, `[{"n":"heart-rate","v":72,"t":${base + i}}]`, {
          qos: 1,
        }),
      ),
    )
    expect(stored()).toHaveLength(2_000)
  })

  describe.skipIf(!mosquitto)(
    `with mosquitto_pub${mosquitto ? '' : ' (skipped: it is not installed)'}`,
    () => {
      const publish = (...more: string[]) =>
        run('mosquitto_pub', [
          ...[
            '-h',
            '127.0.0.1',
            '-p',
            String(broker.port),
            '-u',
            credential.username,
            '-P',
            credential.password,
          ],
          ...['-t', `vitalwire/${id}/telemetry`, '-m', reading, ...more],
        ])

      it.each(['0', '1', '2'])('stores a reading sent with QoS %s', async (qos) => {
        await device()
        await publish('-V', 'mqttv311', '-q', qos)
        await expect.poll(() => stored().map((r) => r.value)).toEqual([72])
      })

      it('refuses a client of MQTT 5 in the words of MQTT 5', async () => {
        await device()
        await expect(publish('-V', 'mqttv5')).rejects.toMatchObject({
          stderr: expect.stringMatching(/unsupported protocol version/i),
        })
      })
    },
  )
})
