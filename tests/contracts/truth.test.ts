/** What is said of readings after they were stored, through the API and FHIR as they are wired in the server. */

import type { Bundle, Observation, Provenance, Resource } from '@medplum/fhirtypes'
import Fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/identity/index.ts'
import { ProblemError } from '../../src/kernel/problem.ts'
import type { Micros } from '../../src/kernel/time.ts'
import { createBus } from '../../src/platform/bus.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { silentLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { createRecord, recordMigrations, recordRoutes, systemAccess } from '../../src/record/index.ts'
import type { RecordAccess } from '../../src/record/model.ts'
import {
  changesFace,
  createTelemetry,
  createTelemetryChanges,
  observationFace,
  quality,
  type TelemetryChanges,
  type TelemetryStore,
  telemetryMigrations,
  truthRoutes,
  withWithdrawal,
} from '../../src/telemetry/index.ts'
import { batchOf } from '../../src/telemetry/test-batch.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { permitFor, simplePermit } from '../permits.ts'

const start = Date.UTC(2026, 0, 1) * 1_000
const second = 1_000_000
const iso = (s: number) => new Date(start / 1_000 + s * 1_000).toISOString()
const person = (role: 'nurse' | 'patient' | 'biomed'): Actor => ({
  ...{ kind: 'person', id: 'n', name: 'N', roles: [role], fhirUser: 'Practitioner/n', scopes: [] },
})
const bound: RecordAccess = { ...permitFor(['p1']), allows: () => true }

describe('truth over time', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let changes: TelemetryChanges
  let app: FastifyInstance
  let actor: Actor | undefined
  let access: RecordAccess = systemAccess
  beforeAll(async () => {
    db = await testDatabase([recordMigrations, telemetryMigrations])
    const common = { db, clock: systemClock, log: silentLog }
    telemetry = await createTelemetry({ ...common, metrics: new Registry() })
    changes = createTelemetryChanges({ ...common, telemetry })
    const record = await createRecord({ ...common, bus: createBus(() => {}), random: systemRandom })
    record.addFace(withWithdrawal(observationFace({ telemetry, clock: systemClock }), { telemetry, changes }))
    record.addFace(changesFace({ db, telemetry, clock: systemClock }))
    app = Fastify()
    app.addHook('onRequest', async (request) => {
      request.actor = actor
      request.permit = actor && simplePermit(actor)
    })
    app.setErrorHandler((error, _request, reply) => {
      if (error instanceof ProblemError) return reply.code(error.problem.status).send(error.problem)
      throw error
    })
    await app.register(truthRoutes({ changes }))
    const wiring = { record, accessOf: () => access, publicUrl: () => 'http://ward.test', log: silentLog }
    await app.register(recordRoutes(wiring))
    for (const patient of ['p1', 'p2', 'p3']) {
      const series = await telemetry.seriesId(patient, 'd1', 'heart-rate')
      await telemetry.append(batchOf([0, 1, 2, 3].map((i) => [series, start + i * second, 70 + i])))
    }
  })
  afterAll(async () => {
    await app.close()
    await telemetry.close()
    await db.drop()
  })
  const withdraw = async (patient: string, payload: object) => {
    const answer = await app.inject({
      ...{ method: 'POST', url: `/api/patients/${patient}/readings/entered-in-error`, payload },
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  const get = async <T extends Resource>(path: string) =>
    (await app.inject({ url: `/fhir/R4/${path}` })).json() as T
  const found = async <T extends Resource>(query: string) =>
    ((await get<Bundle<T>>(query)).entry ?? []).map((entry) => entry.resource!)
  const put = async (resource: Resource, headers: Record<string, string> = {}) => {
    const url = `/fhir/R4/${resource.resourceType}/${resource.id}`
    headers['content-type'] = 'application/fhir+json'
    const answer = await app.inject({ method: 'PUT', url, headers, payload: JSON.stringify(resource) })
    return { status: answer.statusCode, body: answer.json() as Observation }
  }

  const body = { metric: 'heart-rate', from: iso(1), to: iso(2), reason: 'Sensor on the wrong arm' }
  it.each([
    ['who is not signed in', undefined, body, 401],
    ['a patient', person('patient'), body, 403],
    ['a technician', person('biomed'), body, 403],
    ['a nurse who gives no reason', person('nurse'), { ...body, reason: ' ' }, 400],
    ['a nurse who gives a time that is none', person('nurse'), { ...body, to: 'soon' }, 400],
    ['a nurse who means a metric that is not there', person('nurse'), { ...body, metric: 'spo2' }, 404],
    ['a nurse whose time ends before it begins', person('nurse'), { ...body, to: iso(0) }, 404],
  ])('is not changed by %s', async (_who, who, payload, status) => {
    actor = who
    expect((await withdraw('p1', payload)).status).toBe(status)
  })

  it('lets a nurse withdraw readings, and shows who, when and why', async () => {
    actor = person('nurse')
    const { status, body: answer } = await withdraw('p1', body)
    expect(status).toBe(200)
    expect(answer).toMatchObject({ readings: 1, from: expect.stringContaining(iso(1).slice(0, 19)) })
    expect((await withdraw('p1', { ...body, from: iso(3), to: iso(3) })).body.readings).toBe(1)
    expect(telemetry.latest('p1')).toMatchObject([{ value: 72 }])

    const provenance = await get<Provenance>(answer.change)
    expect(provenance).toMatchObject({
      target: [{ reference: 'Patient/p1' }],
      reason: [{ text: body.reason }],
      agent: [{ who: { reference: 'Practitioner/n' } }],
      activity: { coding: [{ code: 'NULLIFY' }, { code: 'entered-in-error' }] },
    })
    const [wrong] = await found<Observation>('Observation?patient=p1&status=entered-in-error&_sort=date')
    const target = `Observation/${wrong?.id}`
    const ofOne = await found<Provenance>(`Provenance?target=${target}`)
    expect(ofOne).toMatchObject([
      {
        id: `${provenance.id}-${wrong?.id}`,
        target: [{ reference: target }],
        entity: [{ role: 'revision', what: { reference: `${target}/_history/1` } }],
      },
    ])
    expect(await get(`Provenance/${ofOne[0]?.id}`)).toEqual(ofOne[0])
    expect(await get<Observation>(`${target}/_history/1`)).toMatchObject({
      status: 'final',
      valueQuantity: { value: 71 },
    })
    const withTrail = await found(`Observation?_id=${wrong?.id}&_revinclude=Provenance:target`)
    expect(withTrail.map((one) => one.resourceType)).toEqual(['Observation', 'Provenance'])
  })

  it('shows a moved reading to staff from both sides, and to a patient neither', async () => {
    const order = {
      device: 'd1',
      fromPatient: 'p2',
      toPatient: 'p1',
      actor: 'Practitioner/b',
      reason: 'Swapped',
    }
    await changes.reattribute({
      ...order,
      from: (start + 2 * second) as Micros,
      to: (start + 3 * second) as Micros,
    })
    const [old] = await found<Observation>('Observation?patient=p2&status=entered-in-error')
    expect(old).toMatchObject({ dataAbsentReason: { coding: [{ code: 'not-applicable' }] } })
    expect(old?.valueQuantity).toBeUndefined()
    const [left] = await found<Provenance>(`Provenance?target=Observation/${old?.id}`)
    expect(left?.target).toHaveLength(2)
    const [now] = (left?.target ?? []).filter(({ reference }) => reference !== `Observation/${old?.id}`)
    expect(await get<Observation>(now!.reference!)).toMatchObject({ subject: { reference: 'Patient/p1' } })
    expect(await found(`Provenance?target=${now?.reference}`)).toEqual([left])
    expect(await found('Provenance?patient=Patient/p2')).toMatchObject([
      { target: [{ reference: 'Patient/p2' }, { reference: 'Patient/p1' }, { reference: 'Device/d1' }] },
    ])
    expect(await found('Provenance?agent=Practitioner/b&recorded=gt2020')).toHaveLength(1)
    expect(await found('Provenance?agent=Practitioner/b&recorded=lt2020')).toEqual([])
    expect(await found('Provenance?patient=Patient/p1&_sort=recorded')).toHaveLength(3)
    access = bound
    expect(await found(`Provenance?target=${now?.reference}`)).toEqual([])
    expect((await get(`Provenance/${left?.id}`)).resourceType).toBe('OperationOutcome')
    access = systemAccess
  })

  it('takes over FHIR that an Observation was entered in error, and no other change of it', async () => {
    const [first] = await found<Observation>('Observation?patient=p3&_sort=date')
    const wrong = { ...first!, status: 'entered-in-error' as const }
    expect((await put({ ...wrong, valueQuantity: { value: 1 } })).status).toBe(405)
    expect((await put({ ...first!, status: 'amended' })).status).toBe(405)
    expect((await put(wrong, { 'if-match': 'W/"7"' })).status).toBe(412)
    access = { ...systemAccess, allows: (_type, interaction) => interaction !== 'update' }
    expect((await put(wrong)).status).toBe(403)
    access = { ...systemAccess, actor: 'Practitioner/n' }
    expect(await put(wrong, { 'if-match': 'W/"1"' })).toMatchObject({
      status: 200,
      body: { status: 'entered-in-error', meta: { versionId: '2' } },
    })
    expect((await put(wrong)).body.meta?.versionId).toBe('2')
    const [trail] = await found<Provenance>(`Provenance?target=Observation/${first?.id}`)
    expect(trail?.agent[0]?.who.reference).toBe('Practitioner/n')
    access = systemAccess
  })
})

describe('what a device says of a reading', () => {
  const cases = [
    ['an artefact', 80, quality.artefact, undefined, ['artefact']],
    ['an estimate', 81, quality.estimated, undefined, ['estimated']],
    ['a lead that is off', Number.NaN, quality.leadOff | quality.missing, 'error', ['lead-off']],
    ['nothing measured', Number.NaN, quality.missing, 'error', undefined],
    ['an artefact without a value', Number.NaN, quality.artefact | quality.missing, 'error', ['artefact']],
  ] as const

  it.each(['journal', 'block'])('reaches its Observation from the %s', async (where) => {
    const db = await testDatabase([telemetryMigrations])
    const common = { db, clock: systemClock, log: silentLog, metrics: new Registry() }
    const telemetry = await createTelemetry(common)
    const series = await telemetry.seriesId('q', 'd', 'heart-rate')
    // Each is a correction of a plain reading, so that flags survive as later versions, too.
    await telemetry.append(batchOf(cases.map((_, i) => [series, start + i * second, 60])))
    await telemetry.append(
      batchOf(cases.map(([, value, bits], i) => [series, start + i * second, value, bits])),
    )
    if (where === 'block') await telemetry.compactOnce({ all: true })
    const face = observationFace({ telemetry, clock: systemClock })
    const request = { resourceType: 'Observation', sortRules: [{ code: 'date', descending: false }] } as const
    const { resources } = await face.search(request as never, systemAccess, { skip: 0, limit: 10 })
    const drawn = resources as Observation[]
    expect(
      drawn.map((one) => [
        one.valueQuantity?.value,
        one.dataAbsentReason?.coding?.[0]?.code,
        one.interpretation?.[0]?.coding?.map(({ code }) => code),
        one.status,
      ]),
    ).toEqual(
      cases.map(([, value, , absent, flags]) => [
        Number.isNaN(value) ? undefined : value,
        absent,
        flags,
        'amended',
      ]),
    )
    await telemetry.close()
    await db.drop()
  })
})
