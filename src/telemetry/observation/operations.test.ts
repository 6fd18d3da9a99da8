import type { Bundle, Observation, Parameters } from '@medplum/fhirtypes'
import fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { ProblemError } from '../../kernel/problem.ts'
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
import { statistics } from './statistics.ts'

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
    expect(statistics[name]!(values)).toBeCloseTo(expected, 12)
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
    app.setErrorHandler((error, _request, reply) =>
      reply
        .status(error instanceof ProblemError ? error.problem.status : 500)
        .send({ message: String(error) }),
    )
    await app.register(
      observationOperations({
        telemetry,
        clock: systemClock,
        access: () => access,
        search: async (request, whose) =>
          (await face.search(request, whose, { skip: 0, limit: request.count ?? 20 }))
            .resources as Observation[],
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

  it('counts nothing of a patient who may not be seen', async () => {
    access = { actor: 'Patient/p2', patients: ['p2'], allows: () => true }
    const path = '$stats?patient=p1&code=8867-4&period=2026-01-01,2026-01-01&statistic=count,average'
    const found = (await get(path)).json() as Parameters
    const [count, average] = (found.parameter![0]!.resource as Observation).component!
    expect(count!.valueQuantity!.value).toBe(0)
    expect(average!.valueQuantity).toBeUndefined()
    expect(((await get('$lastn?patient=p1')).json() as Bundle).entry ?? []).toEqual([])
  })
})
