import fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { simplePermit } from '../../../tests/permits.ts'
import type { Actor, Role } from '../../identity/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { systemRandom } from '../../platform/random.ts'
import type { DeletionView, ErasureView, HoldView, RetentionView, StorageView } from '../contract.ts'
import { telemetryMigrations } from '../index.ts'
import { createTelemetry, type TelemetryStore } from '../telemetry.ts'
import { batchOf } from '../test-batch.ts'
import { createKeeping, type Keeping } from './keeping.ts'
import { keepingRoutes } from './routes.ts'
import type { Disk } from './storage.ts'
import { transferRoutes } from './transfer-routes.ts'

const day = 86_400_000_000

describe('the routes of storage', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let keeping: Keeping
  let app: FastifyInstance
  let disk: Disk | undefined
  const registry = new Registry()
  const person = (role: Role): Actor => ({
    ...{ kind: 'person', id: role, name: role, roles: [role], fhirUser: `Practitioner/${role}`, scopes: [] },
    ...(role === 'patient' ? { patient: 'p1' } : {}),
  })
  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: registry })
    keeping = createKeeping({
      ...{ db, telemetry, clock: systemClock, log: silentLog, metrics: registry, random: systemRandom },
      disk: async () => disk,
    })
    app = fastify()
    app.addHook('onRequest', async (request) => {
      request.actor = person(String(request.headers['x-role'] ?? 'admin') as Role)
      request.permit = simplePermit(request.actor)
      request.provenAgoMs = Number(request.headers['x-proven-ago-ms'] ?? 0)
    })
    app.setErrorHandler((error, _request, reply) =>
      reply
        .status(error instanceof ProblemError ? error.problem.status : 500)
        .send({ message: (error as Error).message }),
    )
    await app.register(keepingRoutes({ keeping, log: silentLog }))
    await app.register(transferRoutes({ keeping, patientExists: async (id) => id !== 'nobody' }))
    const now = systemClock.now()
    const battery = await telemetry.seriesId('p1', 'd1', 'battery-level')
    const pulse = await telemetry.seriesId('p1', 'd1', 'heart-rate')
    await telemetry.append(
      batchOf(
        Array.from({ length: 20_000 }, (_, i) => i).flatMap((i) => [
          [pulse, now - i * 5_000_000, 60 + ((i * i) % 41)] as const,
          ...(i % 100 === 0 ? [[battery, now - i * 500_000_000, i % 100] as const] : []),
        ]),
      ),
    )
    await telemetry.compactOnce({ all: true })
  })
  afterAll(async () => {
    await app.close()
    await telemetry.close()
    await db.drop()
  })
  const call = (
    method: 'GET' | 'PUT' | 'POST',
    url: string,
    payload?: Readonly<Record<string, unknown>>,
    role: Role = 'admin',
  ) => app.inject({ method, url, headers: { 'x-role': role }, ...(payload ? { payload } : {}) })

  it.each([
    ['GET', '/api/storage', 'nurse'],
    ['GET', '/api/storage/holds', 'patient'],
    ['PUT', '/api/storage/retention', 'biomed'],
    ['POST', '/api/storage/holds', 'biomed'],
    ['POST', '/api/patients/p1/erase-telemetry', 'physician'],
  ] as const)('%s %s is not for a %s', async (method, url, role) => {
    expect((await call(method, url, undefined, role)).statusCode).toBe(403)
  })

  it.each([
    [{ class: 'waveform', days: 0 }, 'days'],
    [{ class: 'waveform', days: 1.5 }, 'days'],
    [{ class: 'nothing', days: 5 }, 'class'],
  ])('a limit of %j is refused with what is wrong', async (body, where) => {
    const answer = await call('PUT', '/api/storage/retention', body)
    expect([answer.statusCode, answer.json().message]).toEqual([400, expect.stringContaining(where)])
  })

  it('says how long each class is kept, why, and who set it', async () => {
    const set = await call('PUT', '/api/storage/retention', { class: 'waveform', days: 30 })
    const waveform = set.json<RetentionView[]>().find((one) => one.class === 'waveform')
    expect(waveform).toMatchObject({ days: 30, defaultDays: 14, changedBy: 'Practitioner/admin' })
    const seen = await call('GET', '/api/storage/retention', undefined, 'biomed')
    expect(seen.json()).toEqual(set.json())
  })

  it('tells what is stored by class and when the disk is full, and warns without failing', async () => {
    disk = { freeBytes: 50e9, totalBytes: 100e9 }
    const view = await keeping.storage.measure()
    const pulse = view.parts.find(({ part }) => part === 'vital-sign')!
    expect(pulse.bytes).toBeGreaterThan(5_000)
    expect(pulse.bytesPerDay).toBeGreaterThan(1_000)
    expect(pulse.bytesPerDay).toBeLessThan(pulse.bytes)
    expect(view.parts.map(({ part }) => part)).toEqual(
      expect.arrayContaining(['technical', 'journal', 'record']),
    )
    expect(view.fullInDays).toBeGreaterThan(1_000)
    expect(await keeping.storage.check()).toEqual({
      state: 'ok',
      detail: expect.stringMatching(
        /^\d+ MiB stored, 1 MiB a day; the disk does not fill up in ten years at this rate$/,
      ),
    })
    expect((await call('GET', '/api/storage')).json<StorageView>()).toEqual(view)
    expect(await registry.metrics()).toContain('vitalwire_storage_bytes{part="vital-sign"}')
    disk = { freeBytes: pulse.bytesPerDay * 2, totalBytes: 100e9 }
    expect((await keeping.storage.measure()).warning).toMatch(/0\.0 % of the disk is free; .*full in \d/)
    expect(await keeping.storage.check()).toEqual({
      state: 'degraded',
      detail: expect.stringContaining('new readings are refused'),
    })
    disk = { freeBytes: 40e6, totalBytes: 100e9 }
    expect(await keeping.storage.check()).toEqual({
      state: 'degraded',
      detail: expect.stringContaining('0.0 % of the disk is free'),
    })
    disk = undefined
    expect(await keeping.storage.measure()).toMatchObject({ disk: null, fullInDays: null, warning: null })
  })

  it('exports a patient for an administrator and for themselves, and imports under another id', async () => {
    const url = '/api/patients/p1/telemetry-export'
    expect((await call('GET', url, undefined, 'nurse')).statusCode).toBe(403)
    const exported = await call('GET', url, undefined, 'patient')
    expect([exported.statusCode, exported.headers['content-type']]).toEqual([200, 'application/x-ndjson'])
    const bring = (id: string, payload: string) =>
      app.inject({
        ...{ method: 'POST', url: `/api/patients/${id}/telemetry-import`, payload },
        headers: { 'content-type': 'application/x-ndjson' },
      })
    const lines = exported.payload.split('\n').length - 1
    expect((await bring('p3', exported.payload)).json()).toMatchObject({ lines, readings: 20_200 })
    const [pulse] = telemetry.seriesOfPatient('p3').filter(({ metric }) => metric === 'heart-rate')
    const found = await telemetry.range(pulse!.id, 0 as never, (2 ** 52) as never)
    expect(found.measuredAt).toHaveLength(20_000)
    expect((await bring('nobody', exported.payload)).statusCode).toBe(404)
    const cut = await bring('p3', exported.payload.slice(0, -20))
    expect([cut.statusCode, cut.json().message]).toEqual([400, expect.stringContaining(`Line ${lines} `)])
    expect((await call('GET', '/api/patients/p9/telemetry-export')).statusCode).toBe(404)
  })

  it('holds, refuses to erase, lifts, erases and says what was deleted', async () => {
    await keeping.tidy(new AbortController().signal)
    const gone = (await call('GET', '/api/patients/p1/telemetry-deletions', undefined, 'patient')).json<
      DeletionView[]
    >()
    expect(gone).toMatchObject([{ metric: 'battery-level', why: 'retention', kind: 'samples' }])
    expect(Date.parse(gone[0]!.to) * 1_000).toBeLessThan(systemClock.now() - 90 * day)
    const other = await call('GET', '/api/patients/p2/telemetry-deletions', undefined, 'patient')
    expect(other.statusCode).toBe(404)
    const placed = await call('POST', '/api/storage/holds', { patient: 'p1', reason: 'inquiry 7' })
    const hold = placed.json<HoldView>()
    expect([placed.statusCode, hold.placedBy]).toEqual([201, 'Practitioner/admin'])
    const order = { reason: 'asked for it', confirm: 'p1' }
    const url = '/api/patients/p1/erase-telemetry'
    const headers = { 'x-proven-ago-ms': '301000' }
    const unattended = await app.inject({ method: 'POST', url, headers, payload: order })
    expect([unattended.statusCode, unattended.json<{ message: string }>().message]).toEqual([
      401,
      'Confirm that it is you, then this can be done.',
    ])
    expect((await call('POST', url, { ...order, confirm: 'p2' })).statusCode).toBe(400)
    const refused = await call('POST', url, order)
    expect([refused.statusCode, refused.json().message]).toEqual([
      409,
      expect.stringContaining(`hold ${hold.id}`),
    ])
    expect((await call('POST', `/api/storage/holds/${hold.id}/lift`, { reason: 'closed' })).statusCode).toBe(
      200,
    )
    const begun = await call('POST', url, order)
    expect([begun.statusCode, begun.json<ErasureView>().series]).toEqual([202, 2])
    await keeping.erasure.resume()
    const done = (
      await call('GET', `/api/storage/erasures/${begun.json<ErasureView>().id}`)
    ).json<ErasureView>()
    expect(done).toMatchObject({ state: 'done', files: 'rewritten', patient: 'p1' })
    const log = (await call('GET', '/api/storage/deletions')).json<DeletionView[]>()
    expect(log.filter(({ why, metric }) => why === 'erasure' && metric === null)).toHaveLength(2)
    expect(log.filter(({ metric }) => metric === 'battery-level')).toHaveLength(1)
  })
})
