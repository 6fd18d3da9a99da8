import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import mqtt, { type IClientOptions } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type TestCertificates, testCertificates } from '../../../../tests/device-certificates.ts'
import { type TestGateway, testGateway } from '../../../../tests/gateway.ts'
import { createDeviceTls, type DeviceTls } from '../../../devices/index.ts'
import { silentLog } from '../../../platform/log.ts'
import { type MqttBroker, startMqttBroker } from './broker.ts'

const run = promisify(execFile)
const hasMosquitto = (() => {
  try {
    return execFileSync('sh', ['-c', 'command -v mosquitto_pub']).length > 0
  } catch {
    return false
  }
})()
const reading = '[{"n":"heart-rate","v":72}]'
const by = 'Practitioner/biomed'
/** Longer than any connection may outlive what it stands on. */
const withinMs = 1_000

describe('the MQTT broker over TLS', () => {
  let gateway: TestGateway
  let test: TestCertificates
  let tls: DeviceTls
  let broker: MqttBroker
  let ca: string
  let serial = 0
  const open: mqtt.MqttClient[] = []
  beforeAll(async () => {
    gateway = await testGateway()
    const { db, devices, ingest, clock } = gateway
    test = await testCertificates(db, devices)
    const { certificates } = test
    const names = ['localhost', '127.0.0.1']
    tls = await createDeviceTls({ certificates, clock, log: silentLog, names, files: undefined })
    broker = await startMqttBroker({
      ...{ host: '127.0.0.1', port: 0, devices, ingest, clock, log: silentLog },
      secure: { host: '127.0.0.1', port: 0, tls },
    })
    ca = certificates.authority.certificatePem
  })
  afterAll(async () => {
    await broker.close()
    tls.close()
    await test.close()
    await gateway.close()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.endAsync(true)))
  })

  async function device() {
    const id = `t${++serial}`
    const secret = await gateway.device(id, 'vitalwire/senml', 'p1')
    return { id, secret, ...(await test.enrol(id)) }
  }
  async function connect(options: IClientOptions) {
    const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${broker.securePort}`, {
      ...{ protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 5_000, ca, ...options },
    })
    client.on('error', () => {})
    open.push(client)
    return client
  }
  const closedAfterMs = async (client: mqtt.MqttClient, act: () => Promise<unknown>) => {
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    const began = performance.now()
    await Promise.all([act(), closed])
    return performance.now() - began
  }
  const stored = (id: string) => gateway.telemetry.readings.filter((one) => one.device === id)

  it('lets a device in by its certificate alone, to its own topic', async () => {
    const { id, cert, key } = await device()
    const client = await connect({ cert, key })
    await client.publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 1 })
    await client.publishAsync('vitalwire/other/telemetry', reading, { qos: 1 })
    expect([stored(id).length, stored('other').length]).toEqual([1, 0])
    expect(gateway.devices.presence(id).connection).toBe('online')
  })

  it('lets a device say its own name beside the certificate, and no other', async () => {
    const { id, cert, key } = await device()
    const other = await device()
    expect((await connect({ cert, key, username: id })).connected).toBe(true)
    await expect(connect({ cert, key, ...other.secret })).rejects.toMatchObject({ code: 4 })
  })

  it('takes a secret over TLS too, and nobody who shows neither', async () => {
    const { secret } = await device()
    expect((await connect(secret)).connected).toBe(true)
    await expect(connect({})).rejects.toMatchObject({ code: 4 })
  })

  it('keeps the will of a device without a user name', async () => {
    const { id, cert, key } = await device()
    const will = {
      topic: `vitalwire/${id}/status`,
      payload: Buffer.from('offline'),
      qos: 1,
      retain: true,
    } as const
    expect((await connect({ cert, key, will })).connected).toBe(true)
  })

  it('refuses a certificate that another authority signed, even beside a right secret', async () => {
    const { id, secret } = await device()
    const { db, devices } = gateway
    const stranger = await testCertificates(db, devices)
    const { cert, key, serial: forged } = await stranger.enrol(id)
    await expect(connect({ cert, key, ...secret })).rejects.toMatchObject({ code: 5 })
    expect(forged).toBeDefined()
    await stranger.close()
  })

  it.each(['the certificate', 'the device'])(
    'ends a live connection within a second of revoking %s',
    async (what) => {
      const { id, cert, key, serial: number } = await device()
      const client = await connect({ cert, key })
      const said = { reason: 'key-compromise', by } as const
      const tookMs = await closedAfterMs(client, () =>
        what === 'the device' ? gateway.devices.revoke(id) : test.certificates.revoke(number, said),
      )
      expect(tookMs).toBeLessThan(withinMs)
      await expect(connect({ cert, key })).rejects.toMatchObject({ code: 5 })
    },
  )

  it('leaves a connection by certificate alone where only the secret changes', async () => {
    const { id, cert, key, secret } = await device()
    const client = await connect({ cert, key })
    await gateway.devices.issueCredential(id)
    await client.publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 1 })
    expect(client.connected).toBe(true)
    await expect(connect(secret)).rejects.toMatchObject({ code: 4 })
  })

  it('ends a connection by secret over TLS within a second of replacing it', async () => {
    const { id, secret } = await device()
    const client = await connect(secret)
    expect(await closedAfterMs(client, () => gateway.devices.issueCredential(id))).toBeLessThan(withinMs)
  })

  it('ends the old connection when a device comes with its rotated secret, and keeps the new one', async () => {
    const { id, secret } = await device()
    const old = await connect(secret)
    const fresh = await gateway.devices.issueCredential(id, 3_600_000)
    await old.publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 1 })
    let next: mqtt.MqttClient | undefined
    const tookMs = await closedAfterMs(old, async () => {
      next = await connect(fresh)
    })
    expect(tookMs).toBeLessThan(withinMs)
    await next?.publishAsync(`vitalwire/${id}/telemetry`, reading, { qos: 1 })
    expect(stored(id)).toHaveLength(2)
    await expect(connect(secret)).rejects.toMatchObject({ code: 4 })
  })

  const handshake = (options: ConnectionOptions) =>
    new Promise<string>((resolve) => {
      const socket = connectTls({ host: '127.0.0.1', port: broker.securePort, ca, ...options })
      socket.once('secureConnect', () => {
        resolve(socket.getProtocol() ?? '')
        socket.destroy()
      })
      socket.once('error', () => resolve('refused'))
    })
  it.each([
    ['TLS 1.3', {}, 'TLSv1.3'],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, 'refused'],
    ['CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }, 'refused'],
    ['no forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }, 'refused'],
  ] as const)('answers %s as BCP 195 says', async (_, options, outcome) => {
    expect(await handshake(options)).toBe(outcome)
  })

  it.skipIf(!hasMosquitto)('is understood by mosquitto_pub with --cert and --key', async () => {
    const { id, cert, key } = await device()
    const folder = await mkdtemp(join(tmpdir(), 'vitalwire-device-'))
    const file = (name: string) => join(folder, name)
    await Promise.all([writeFile(file('ca'), ca), writeFile(file('cert'), cert), writeFile(file('key'), key)])
    const files = ['--cafile', file('ca'), '--cert', file('cert'), '--key', file('key')]
    await run('mosquitto_pub', [
      ...['-h', 'localhost', '-p', String(broker.securePort), '-q', '1', '-i', id, ...files],
      ...['-t', `vitalwire/${id}/telemetry`, '-m', reading],
    ])
    expect(stored(id)).toHaveLength(1)
    await rm(folder, { recursive: true })
  })
})
