import { execFileSync, spawn } from 'node:child_process'
import { type EventEmitter, once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectMqttBroker } from '../../src/gateway/index.ts'
import { silentLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { type TestGateway, testGateway } from '../gateway.ts'

const path = `${process.env['PATH']}:/usr/sbin:/usr/local/sbin`
const mosquitto = (() => {
  try {
    return execFileSync('sh', ['-c', 'command -v mosquitto'], { env: { PATH: path } })
      .toString()
      .trim()
  } catch {
    return undefined
  }
})()

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function startMosquitto() {
  const folder = await mkdtemp(join(tmpdir(), 'vitalwire-mosquitto-'))
  const port = await freePort()
  const config = join(folder, 'mosquitto.conf')
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nlog_dest stderr\n`)
  const run = async () => {
    const process = spawn(mosquitto!, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
    for await (const line of createInterface({ input: process.stderr })) if (line.includes('running')) break
    return process
  }
  const end = async (process: Awaited<ReturnType<typeof run>>) => {
    const gone = once(process, 'exit')
    process.kill()
    await gone
  }
  let broker = await run()
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async restart() {
      await end(broker)
      broker = await run()
    },
    async stop() {
      await end(broker)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const reason = mosquitto ? '' : ' (skipped: mosquitto is not installed)'

describe.skipIf(!mosquitto)(`telemetry through mosquitto${reason}`, () => {
  let gateway: TestGateway
  let broker: Awaited<ReturnType<typeof startMosquitto>>
  let external: Awaited<ReturnType<typeof connectMqttBroker>>
  let device: mqtt.MqttClient
  beforeAll(async () => {
    gateway = await testGateway()
    broker = await startMosquitto()
    const { devices, ingest, clock } = gateway
    const ours = { devices, ingest, clock, random: systemRandom, log: silentLog }
    external = await connectMqttBroker({ url: broker.url, ...ours, connections: 2, reconnectMs: 20 })
    device = await mqtt.connectAsync(broker.url, { clientId: 'a-device', reconnectPeriod: 50 })
    await gateway.device('x1', 'vitalwire/senml', 'p1')
  })
  afterAll(async () => {
    await device.endAsync()
    await external.close()
    await broker.stop()
    await gateway.close()
  })

  const publish = (topic: string, text: string) => device.publishAsync(topic, text, { qos: 1 })
  const values = () => gateway.telemetry.readings.map((reading) => reading.value)

  it('stores what devices publish, for the device the topic names', async () => {
    await publish('vitalwire/x1/telemetry', '[{"n":"heart-rate","v":72,"t":1767225600}]')
    await expect.poll(values).toEqual([72])
    expect(gateway.telemetry.readings[0]).toMatchObject({ device: 'x1', patient: 'p1' })
  })

  it('quarantines what comes from a device that is not registered', async () => {
    await publish('vitalwire/nobody/telemetry', '[{"n":"heart-rate","v":72}]')
    await expect
      .poll(async () => (await gateway.quarantine.list({ limit: 10 })).map((entry) => entry.code))
      .toEqual(['device-unknown'])
  })

  it('follows the status topic', async () => {
    await publish('vitalwire/x1/status', 'online')
    await expect.poll(() => gateway.devices.presence('x1').connection).toBe('online')
    await publish('vitalwire/x1/status', 'offline')
    await expect.poll(() => gateway.devices.presence('x1').connection).toBe('offline')
  })

  it('gets again what storage refused, and loses nothing', async () => {
    gateway.telemetry.failing = true
    for (let i = 1; i <= 20; i++) {
      await publish('vitalwire/x1/telemetry', `[{"n":"heart-rate","v":${100 + i},"t":${1767225600 + i}}]`)
    }
    expect(values()).toEqual([72])
    gateway.telemetry.failing = false
    const expected = [72, ...Array.from({ length: 20 }, (_, i) => 101 + i)]
    await expect.poll(() => values().sort((a, b) => a - b), { timeout: 10_000 }).toEqual(expected)
  })

  it('is taken up again after the broker was away', async () => {
    await publish('vitalwire/x1/telemetry', '[{"n":"spo2","v":91,"t":1767225600}]')
    await expect.poll(values).toContain(91)
    await broker.restart()
    await once(device as unknown as EventEmitter, 'connect')
    // Published until it is heard: the broker may not have us back yet, and forgets sessions when it goes.
    await expect
      .poll(
        async () => {
          await publish('vitalwire/x1/telemetry', '[{"n":"spo2","v":92,"t":1767225601}]')
          return values()
        },
        { timeout: 20_000 },
      )
      .toContain(92)
  })
})
