import { forbidden, OperationOutcomeError } from '@medplum/core'
import type { Bundle, Observation, Parameters } from '@medplum/fhirtypes'
import fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { permitFor } from '../../../tests/permits.ts'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { type RecordAccess, systemAccess } from '../../record/model.ts'
import {
  createTelemetry,
  observationFace,
  observationOperations,
  type TelemetryStore,
  telemetryMigrations,
} from '../index.ts'
import { batchOf } from '../test-batch.ts'
import { ranked, summarised, summaryOf } from './statistics.ts'

const day = Date.UTC(2026, 0, 1) * 1_000

describe('statistics', () => {
  const values = Float64Array.of(4, 1, 3, 2)
  it.each([
    ['average', 2.5],
    ['maximum', 4],
    ['minimum', 1],
    ['count', 4],
    ['median', 2.5],
    ['sum', 10],
    ['variance', 5 / 3],
    ['std-dev', Math.sqrt(5 / 3)],
    ['20-percent', 1.6],
    ['80-percent', 3.4],
  ])('gives the %s', (name, expected) => {
    const found = summarised[name]?.(summaryOf(values)) ?? ranked[name]?.(values)
    expect(found).toBeCloseTo(expected, 12)
    expect([...values]).toEqual([4, 1, 3, 2])
  })
})

describe('operations on Observations', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let app: FastifyInstance
  let access: RecordAccess = systemAccess
  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
    const face = observationFace({ telemetry, clock: systemClock })
    app = fastify()
    await app.register(
      observationOperations({
        telemetry,
        clock: systemClock,
        log: silentLog,
        publicUrl: () => 'https://ward.example',
        access: () => access,
        search: async (request, whose) => {
          if (!whose.allows('Observation', 'search')) throw new OperationOutcomeError(forbidden)
          const page = { skip: request.offset ?? 0, limit: request.count ?? 20 }
          return (await face.search(request, whose, page)).resources as Observation[]
        },
      }),
    )
    const hr = await telemetry.seriesId('p1', 'd1', 'heart-rate')
    const other = await telemetry.seriesId('p1', 'd2', 'heart-rate')
    const spo2 = await telemetry.seriesId('p1', 'd1', 'spo2')
    await telemetry.append(
      batchOf([
        [hr, day, 60],
        [hr, day + 2e6, 62],
        [other, day + 1e6, 70],
        [spo2, day, 97],
        [hr, day + 3e6, Number.NaN, 8],
      ]),
    )
  })
  afterAll(async () => {
    await app.close()
    await telemetry.close()
    await db.drop()
  })
  const get = async (path: string) => {
    const reply = await app.inject(`/fhir/R4/Observation/${path}`)
    return { status: reply.statusCode, json: () => reply.json() as unknown }
  }

  it('answers the newest of each code', async () => {
    const values = async (query: string) =>
      ((await get(`$lastn?${query}`)).json() as Bundle<Observation>).entry!.map(
        (entry) => entry.resource!.valueQuantity?.value,
      )
    expect(await values('patient=p1')).toEqual([undefined, 97])
    expect(await values('subject=Patient/p1&max=3&code=8867-4')).toEqual([undefined, 62, 70])
    expect(await values('patient=p1&category=vital-signs&max=100')).toHaveLength(5)
  })

  it('answers statistics of a code over a period', async () => {
    const path = '$stats?subject=Patient/p1&code=8867-4&system=http://loinc.org&period=2026-01-01,2026-01-01'
    const found = (await get(`${path}&statistic=average,count&statistic=maximum`)).json() as Parameters
    const observation = found.parameter![0]!.resource as Observation
    expect(observation.component!.map((one) => one.valueQuantity)).toEqual([
      { value: 64, unit: '/min', code: '/min', system: 'http://unitsofmeasure.org' },
      { value: 3, code: '1', system: 'http://unitsofmeasure.org' },
      { value: 70, unit: '/min', code: '/min', system: 'http://unitsofmeasure.org' },
    ])
  })

  it.each([
    '$lastn',
    '$lastn?patient=p1&max=0',
    '$stats?patient=p1',
    '$stats?patient=p1&code=x&statistic=mode&duration=1',
  ])('refuses %s', async (path) => {
    expect((await get(path)).status).toBe(400)
  })

  it.each([
    '/fhir/R4/Observation/$lastn',
    '/fhir/R4/Observation/%24lastn',
    '/fhir/Observation/$lastn',
    '/fhir/Observation/%24lastn',
  ])('answers %s, with addresses below the same base', async (path) => {
    const reply = await app.inject(`${path}?patient=p1`)
    const bundle = reply.json() as Bundle
    const base = path.startsWith('/fhir/R4') ? '/fhir/R4' : '/fhir'
    expect(bundle.entry!.map((entry) => entry.fullUrl)).toEqual(
      bundle.entry!.map((entry) => `https://ward.example${base}/Observation/${entry.resource!.id}`),
    )
  })

  it('tells who may not search Observations so, as an OperationOutcome', async () => {
    access = { ...systemAccess, allows: () => false }
    for (const path of ['$lastn?patient=p1', '$stats?patient=p1&code=8867-4&duration=1&statistic=count']) {
      const reply = await get(path)
      expect([reply.status, reply.json()]).toMatchObject([403, { resourceType: 'OperationOutcome' }])
    }
    access = systemAccess
  })

  it('counts nothing of a patient who may not be seen', async () => {
    access = { ...permitFor(['p2']), allows: () => true }
    const path = '$stats?patient=p1&code=8867-4&period=2026-01-01,2026-01-01&statistic=count,average'
    const found = (await get(path)).json() as Parameters
    const [count, average] = (found.parameter![0]!.resource as Observation).component!
    expect(count!.valueQuantity!.value).toBe(0)
    expect(average!.valueQuantity).toBeUndefined()
    expect(((await get('$lastn?patient=p1')).json() as Bundle).entry ?? []).toEqual([])
  })
})
