import fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { simplePermit } from '../../tests/permits.ts'
import type { Actor } from '../identity/index.ts'
import { ProblemError } from '../kernel/problem.ts'
import { systemClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import type { Trend } from './contract.ts'
import { createTelemetry, type TelemetryStore, telemetryMigrations, telemetryRoutes } from './index.ts'
import { batchOf } from './test-batch.ts'

const startMs = Date.UTC(2026, 0, 1)
const start = startMs * 1_000
const second = 1_000_000

describe('telemetry routes', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let app: FastifyInstance
  let actor: Actor | undefined
  const nurse: Actor = {
    kind: 'person',
    id: 'n',
    name: 'N',
    roles: ['nurse'],
    fhirUser: 'Practitioner/n',
    scopes: [],
  }

  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
    app = fastify()
    app.addHook('onRequest', async (request) => {
      request.actor = actor
      request.permit = actor && simplePermit(actor)
    })
    app.setErrorHandler((error, _request, reply) =>
      reply
        .status(error instanceof ProblemError ? error.problem.status : 500)
        .send({ message: String(error) }),
    )
    await app.register(telemetryRoutes({ telemetry }))
    const one = await telemetry.seriesId('p1', 'd1', 'heart-rate')
    const two = await telemetry.seriesId('p1', 'd2', 'heart-rate')
    const ecg = await telemetry.seriesId('p1', 'd1', 'ecg-ii')
    const rows = Array.from(
      { length: 7_200 },
      (_, i) => [one, start + i * second, i === 4_321 ? 240 : 60 + (i % 7)] as const,
    )
    await telemetry.append(batchOf(rows.filter((_, i) => i < 3_000 || i >= 3_600)))
    await telemetry.append(batchOf([[two, start + 7_200.5 * second, 90]]))
    await telemetry.compactOnce({ all: true })
    await telemetry.appendWaveforms(
      [0, 1, 2].map((i) => ({
        series: ecg,
        startAt: (start + i * second) as never,
        receivedAt: start as never,
        rateHz: 4,
        scale: 0.5,
        offset: 1,
        samples: Int16Array.from([i, 2, 3, -4]),
      })),
    )
  })
  afterAll(async () => {
    await app.close()
    await telemetry.close()
    await db.drop()
  })
  const get = async (path: string, accept = 'application/json') => {
    const reply = await app.inject({ url: path, headers: { accept } })
    return { status: reply.statusCode, body: reply.body, json: () => reply.json() as unknown }
  }

  it('draws two hours at most as many points as asked, with the peak, the gap and both devices', async () => {
    actor = nurse
    const reply = await get(
      `/api/patients/p1/trend?metric=heart-rate&from=${startMs}&to=2026-01-01T03:00:00Z&points=200`,
    )
    const trend = reply.json() as Trend
    expect(trend).toMatchObject({ metric: 'heart-rate', unit: '/min', rawCount: 6_601 })
    expect(trend.timesMs.length).toBeLessThanOrEqual(200)
    expect(trend.timesMs.every((ms, i) => i === 0 || ms > trend.timesMs[i - 1]!)).toBe(true)
    expect(Math.max(...trend.values.map((value) => value ?? 0))).toBe(240)
    expect(trend.timesMs[trend.values.indexOf(240)]).toBe(startMs + 4_321_000)
    expect(trend.values.filter((value) => value === null)).toHaveLength(1)
    expect(trend.values.at(-1)).toBe(90)
  })

  it('gives the samples themselves where they are few', async () => {
    const path =
      '/api/patients/p1/trend?metric=loinc:8867-4&from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:03Z&points=10'
    expect((await get(path)).json()).toEqual({
      metric: 'heart-rate',
      unit: '/min',
      timesMs: [startMs, startMs + 1_000, startMs + 2_000],
      values: [60, 61, 62],
      rawCount: 3,
    })
    expect((await get(path, 'text/csv')).body.split('\r\n').slice(0, 2)).toEqual([
      'time,heart-rate (/min)',
      '2026-01-01T00:00:00.000Z,60',
    ])
  })

  it('tells the share of readings in each band, from hours and from minutes alike', async () => {
    actor = nurse
    for (const to of ['2026-01-01T03:00:00Z', '2026-01-02T00:00:00Z']) {
      const reply = await get(`/api/patients/p1/time-in-range?metric=heart-rate&from=${startMs}&to=${to}`)
      expect(reply.json()).toMatchObject({ readings: 6_601, max: 240, bands: [] })
    }
  })

  it('streams every reading as a line, and says at the end that it was all', async () => {
    actor = nurse
    const reply = await get(
      `/api/patients/p1/telemetry.ndjson?metric=heart-rate&from=${startMs}&to=2026-01-02T00:00:00Z`,
    )
    const lines = reply.body.trimEnd().split('\n')
    const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const last = rows.pop()
    expect(last).toEqual({ end: true, readings: rows.length })
    expect(rows.length).toBeGreaterThanOrEqual(6_601)
    expect(rows[0]).toMatchObject({ metric: 'heart-rate', unit: '/min', quality: 0 })
  })

  it('lists what there is of a patient', async () => {
    expect((await get('/api/patients/p1/series')).json()).toMatchObject([
      {
        metric: 'heart-rate',
        device: 'd1',
        unit: '/min',
        firstAt: '2026-01-01T00:00:00.000Z',
        kind: 'numeric',
      },
      { metric: 'heart-rate', device: 'd2' },
      { metric: 'ecg-ii', device: 'd1', lastAt: '2026-01-01T00:00:02.000Z', kind: 'waveform' },
    ])
    expect((await get('/api/patients/nobody/series')).json()).toEqual([])
  })

  it('gives waveform pieces with their integers', async () => {
    const from = startMs + 1_500
    const reply = (
      await get(`/api/patients/p1/waveform?metric=ecg-ii&from=${from}&to=${from + 60_000}`)
    ).json() as {
      chunks: { startAt: number; samples: string }[]
    }
    expect(reply.chunks.map((chunk) => chunk.startAt)).toEqual([startMs + 1_000, startMs + 2_000])
    expect(Buffer.from(reply.chunks[0]!.samples, 'base64')).toEqual(Buffer.from([1, 0, 2, 0, 3, 0, 252, 255]))
  })

  it.each([
    ['trend?metric=spo2&from=x&to=2026-01-01', 400],
    ['trend?metric=spo2&from=2026-01-01&to=2026-01-02&points=5', 400],
    ['trend?metric=spo2&from=2026-01-01&to=2026-01-02&points=5000', 400],
    ['trend?from=2026-01-01&to=2026-01-02', 400],
    ['waveform?metric=ecg-ii&from=2026-01-01T00:00:00Z&to=2026-01-01T00:11:00Z', 400],
  ])('refuses %s', async (path, status) => {
    expect((await get(`/api/patients/p1/${path}`)).status).toBe(status)
  })

  it('shows a patient their own record only, and a technician none', async () => {
    actor = { ...nurse, roles: ['patient'], patient: 'p2' } as Actor
    expect((await get('/api/patients/p1/series')).status).toBe(404)
    expect((await get('/api/patients/p2/series')).status).toBe(200)
    actor = { ...nurse, roles: ['biomed'] } as Actor
    expect((await get('/api/patients/p1/series')).status).toBe(403)
    actor = undefined
    expect((await get('/api/patients/p1/series')).status).toBe(401)
  })
})
