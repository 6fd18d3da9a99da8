import fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { simplePermit } from '../../../tests/permits.ts'
import type { Actor } from '../../identity/index.ts'
import { dataOfScores } from '../../kernel/metrics/data-class.ts'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import type { LiveMessage } from '../contract.ts'
import {
  createLiveHub,
  createTelemetry,
  type LiveHub,
  liveRoutes,
  type TelemetryStore,
  telemetryMigrations,
} from '../index.ts'
import { batchOf } from '../test-batch.ts'

const nurse: Actor = {
  kind: 'person',
  id: 'n',
  name: 'N',
  roles: ['nurse'],
  fhirUser: 'Practitioner/n',
  scopes: [],
}
const patient: Actor = {
  kind: 'person',
  id: 'u',
  name: 'P',
  roles: ['patient'],
  fhirUser: 'Patient/p1',
  patient: 'p1',
  scopes: [],
}
const alarm = (id: string, of: string): LiveMessage => ({ type: 'alarm', alarm: { id, patient: of } })
const start = Date.UTC(2026, 0, 1) * 1_000

/** A client that keeps what it got and can be waited for. */
class Client {
  readonly messages: LiveMessage[] = []
  readonly frames: Buffer[] = []
  readings = 0
  alarms = 0
  closed: number | undefined
  readonly socket: WebSocket
  #wake = () => {}
  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers })
    this.socket.on('message', (data: Buffer, binary) => {
      if (binary) this.frames.push(data)
      else {
        const message = JSON.parse(data.toString()) as LiveMessage
        this.messages.push(message)
        if (message.type === 'reading') this.readings++
        if (message.type === 'alarm') this.alarms++
      }
      this.#wake()
    })
    this.socket.on('close', (code) => {
      this.closed = code
      this.#wake()
    })
    this.socket.on('error', () => {})
  }
  send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((next) => {
        this.#wake = next
      })
    }
  }
  ready(): Promise<void> {
    return this.until(() => this.messages.some((message) => message.type === 'ready'))
  }
  opened(): Promise<void> {
    return new Promise((next) => this.socket.once('open', () => next()))
  }
  of(type: LiveMessage['type']): LiveMessage[] {
    return this.messages.filter((message) => message.type === type)
  }
}

describe('/live', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let hub: LiveHub
  let app: FastifyInstance
  let url: string
  const clients: Client[] = []
  const series: Record<string, number> = {}

  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
    hub = createLiveHub({
      telemetry,
      clock: systemClock,
      metrics: new Registry(),
      limits: { dropBytes: 64 << 10, closeBytes: 1 << 20 },
    })
    const actors: Record<string, Actor> = { 'nurse-token': nurse, 'patient-token': patient }
    app = fastify()
    await app.register(
      liveRoutes({
        hub,
        clock: systemClock,
        authenticate: async (token) => actors[token],
        permitOf: simplePermit,
      }),
    )
    await app.listen({ port: 0, host: '127.0.0.1' })
    url = `ws://127.0.0.1:${(app.server.address() as { port: number }).port}/live`
    for (const name of ['p1', 'p2']) series[name] = await telemetry.seriesId(name, 'mon', 'heart-rate')
    series['ecg'] = await telemetry.seriesId('p1', 'mon', 'ecg-ii')
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.socket.terminate()
  })
  afterAll(async () => {
    hub.close()
    await app.close()
    await telemetry.close()
    await db.drop()
  })
  const connect = (token?: string, headers: Record<string, string> = {}) => {
    const client = new Client(url, token ? { ...headers, authorization: `Bearer ${token}` } : headers)
    clients.push(client)
    return client
  }
  let clockUs = start
  const measure = (name: string, value: number) => {
    clockUs += 1_000_000
    return telemetry.append(batchOf([[series[name]!, clockUs, value]]))
  }

  it('greets a client with a token in its header and sends readings and alarms of everyone visible', async () => {
    const [all, own] = [connect('nurse-token'), connect('patient-token')]
    await Promise.all([all.ready(), own.ready()])
    expect(all.messages[0]).toMatchObject({ type: 'ready', actor: 'Practitioner/n' })
    await measure('p2', 61)
    await measure('p1', 60.5)
    hub.publish(alarm('a2', 'p2'), 'p2', dataOfScores)
    hub.publish(alarm('a1', 'p1'), 'p1', dataOfScores)
    hub.publish({ type: 'device', device: 'mon', connection: 'offline' }, null, null)
    await all.until(() => all.of('device').length === 1)
    await own.until(() => own.of('alarm').length === 1)
    expect(all.of('reading')).toMatchObject([
      { patient: 'p2', value: 61 },
      { patient: 'p1', device: 'mon', metric: 'heart-rate', value: 60.5, unit: '/min', quality: 0 },
    ])
    expect(own.of('reading')).toMatchObject([{ patient: 'p1' }])
    expect(own.of('alarm')).toEqual([alarm('a1', 'p1')])
    expect(own.of('device')).toEqual([])
  })

  it('signs in by the first message, and refuses a wrong token or anything else before it', async () => {
    const good = connect()
    await good.opened()
    good.send({ type: 'authenticate', token: 'nurse-token' })
    await good.ready()
    for (const first of [{ type: 'authenticate', token: 'x' }, { type: 'subscribe' }, { nonsense: 1 }]) {
      const bad = connect()
      await bad.opened()
      bad.send(first)
      await bad.until(() => bad.closed !== undefined)
      expect(bad.closed).toBe(4001)
      expect(bad.messages.map((message) => message.type)).toEqual(['refused'])
    }
  })

  it('sends only what was subscribed, and only of whom may be seen', async () => {
    const client = connect('patient-token')
    await client.ready()
    client.send({ type: 'subscribe', patients: ['p1', 'p2'], readings: false })
    await client.until(() => client.of('refused').length === 1)
    await measure('p1', 70)
    hub.publish(alarm('b2', 'p2'), 'p2', dataOfScores)
    hub.publish(alarm('b1', 'p1'), 'p1', dataOfScores)
    await client.until(() => client.of('alarm').length > 0)
    expect(client.messages.slice(2)).toEqual([alarm('b1', 'p1')])
  })

  it('leaves out the backlog of a device that was away: no screen shows it as now', async () => {
    const client = connect('nurse-token')
    await client.ready()
    const late = batchOf([[series['p1']!, clockUs - 3_600_000_000, 50]])
    late.receivedAt[0] = clockUs
    await telemetry.append(late)
    await measure('p1', 71)
    await client.until(() => client.of('reading').length > 0)
    expect(client.of('reading')).toMatchObject([{ value: 71 }])
  })

  it('sends waveforms as the binary frame of the contract to those who asked', async () => {
    const [asked, not] = [connect('nurse-token'), connect('nurse-token')]
    await Promise.all([asked.ready(), not.ready()])
    asked.send({ type: 'subscribe', waveforms: ['ecg-ii'] })
    asked.send({ type: 'nonsense' })
    await asked.until(() => asked.of('refused').length === 1)
    const samples = Int16Array.from([1, -2, 32767])
    const chunk = {
      startAt: start as never,
      receivedAt: start as never,
      rateHz: 250,
      scale: 0.005,
      offset: -1,
    }
    await telemetry.appendWaveforms([{ series: series['ecg']!, ...chunk, samples }])
    await asked.until(() => asked.frames.length === 1)
    const frame = asked.frames[0]!
    expect([frame[0], frame[1], frame[2], frame[3]]).toEqual([1, 2, 6, 0])
    expect([
      frame.readFloatLE(4),
      frame.readDoubleLE(8),
      frame.readDoubleLE(16),
      frame.readDoubleLE(24),
    ]).toEqual([250, start, 0.005, -1])
    expect(frame.subarray(36, 44).toString()).toBe('p1ecg-ii')
    expect(frame.readUInt32LE(32)).toBe(3)
    expect([0, 1, 2].map((i) => frame.readInt16LE(44 + i * 2))).toEqual([1, -2, 32767])
    expect(not.frames).toEqual([])
  })

  it('refuses a socket opened by a page of another site', async () => {
    const foreign = connect('nurse-token', { origin: 'https://evil.example' })
    await foreign.until(() => foreign.closed !== undefined)
    expect(foreign.messages).toEqual([])
    const own = connect('nurse-token', { origin: url.replace('ws:', 'http:').replace('/live', '') })
    await own.ready()
  })

  it('leaves readings out for a reader that does not read, tells it how many, and lets no one else wait', async () => {
    const [slow, quick] = [connect('nurse-token'), connect('nurse-token')]
    await Promise.all([slow.ready(), quick.ready()])
    slow.send({ type: 'subscribe', waveforms: ['ecg-ii'] })
    slow.send({ type: 'nonsense' })
    await slow.until(() => slow.of('refused').length === 1)
    slow.socket.pause()
    const rounds = 30
    const form = {
      receivedAt: start as never,
      rateHz: 500,
      scale: 1,
      offset: 0,
      samples: new Int16Array(20_000),
    }
    for (let round = 0; round < rounds; round++) {
      const chunks = Array.from({ length: 10 }, () => {
        clockUs += 1_000_000
        return { series: series['ecg']!, startAt: clockUs as never, ...form }
      })
      await telemetry.appendWaveforms(chunks)
      await measure('p1', round)
      await quick.until(() => quick.readings > round)
    }
    hub.publish(alarm('c1', 'p1'), 'p1', dataOfScores)
    await quick.until(() => quick.alarms === 1)
    expect(quick.readings).toBe(rounds)
    expect(quick.of('gap')).toEqual([])
    slow.socket.resume()
    await slow.until(() => slow.alarms === 1)
    while (slow.of('gap').length === 0) {
      await measure('p2', 1)
      await new Promise((next) => setImmediate(next))
    }
    const dropped = slow.of('gap').reduce((sum, gap) => sum + (gap.type === 'gap' ? gap.dropped : 0), 0)
    expect(dropped).toBeGreaterThan(0)
    expect(slow.frames.length + slow.readings + dropped).toBeGreaterThanOrEqual(rounds * 11)
  })

  it('sends a reader away that cannot take its alarms', async () => {
    const slow = connect('nurse-token')
    await slow.ready()
    slow.socket.pause()
    const large = { type: 'alarm', alarm: { id: 'x', patient: 'p1', text: 'x'.repeat(100_000) } } as const
    for (let i = 0; i < 200; i++) {
      hub.publish(large, 'p1', dataOfScores)
      await new Promise((next) => setImmediate(next))
    }
    slow.socket.resume()
    await slow.until(() => slow.closed !== undefined)
    expect(slow.of('alarm').length).toBeLessThan(200)
    expect([4008, 1006]).toContain(slow.closed)
  })
})
