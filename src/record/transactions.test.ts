import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bundle, BundleEntry, Patient, Resource } from '@medplum/fhirtypes'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type RecordChange, recordChanged } from './contract.ts'
import { systemAccess } from './model.ts'
import { type TestRecord, testRecord } from './testing/record.ts'

let t: TestRecord
const changes: RecordChange[] = []
beforeAll(async () => {
  t = await testRecord()
  t.bus.subscribe(recordChanged, (change) => {
    changes.push(change)
  })
})
afterEach(() => {
  changes.length = 0
})
afterAll(() => t?.close())

async function post(bundle: Bundle) {
  const response = await t.app.inject({
    method: 'POST',
    url: '/fhir/R4',
    headers: { 'content-type': 'application/fhir+json' },
    payload: JSON.stringify(bundle),
  })
  return { status: response.statusCode, json: response.json() }
}
const transaction = (...entry: BundleEntry[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry,
})
const countOf = async (resourceType: 'Patient' | 'Observation' | 'Encounter'): Promise<number | undefined> =>
  (await t.record.repository(systemAccess).search({ resourceType, total: 'accurate', count: 0 })).total

const urn = (n: number): string => `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const patient = (family: string): Patient => ({ resourceType: 'Patient', name: [{ family }] })
const heartRate = (subject: string): Resource => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: subject },
  valueQuantity: { value: 72, unit: '/min' },
})

describe('a transaction', () => {
  test('makes entries that name each other by placeholder, in any order', async () => {
    const { status, json } = await post(
      transaction(
        { fullUrl: urn(1), resource: heartRate(urn(2)), request: { method: 'POST', url: 'Observation' } },
        { fullUrl: urn(2), resource: patient('Placeholder'), request: { method: 'POST', url: 'Patient' } },
        { request: { method: 'GET', url: 'Patient?family=placeholder' } },
      ),
    )
    expect(status).toBe(200)
    expect(json.type).toBe('transaction-response')
    const [observation, subject, found] = json.entry
    expect(observation.response.status).toBe('201 Created')
    expect(observation.resource.subject.reference).toBe(`Patient/${subject.resource.id}`)
    expect(subject.response.location).toBe(`Patient/${subject.resource.id}/_history/1`)
    expect(found.resource.total).toBe(1)
    expect(changes.map((change) => change.interaction)).toEqual(['create', 'create'])
  })

  const failing: [string, BundleEntry, number][] = [
    [
      'invalid',
      {
        resource: { resourceType: 'Observation' } as Resource,
        request: { method: 'POST', url: 'Observation' },
      },
      400,
    ],
    ['a deletion of nothing', { request: { method: 'DELETE', url: 'Patient/nobody' } }, 404],
    ['a read of nothing', { request: { method: 'GET', url: 'Patient/nobody' } }, 404],
    [
      'a stale version',
      {
        resource: { ...patient('X'), id: 'x' },
        request: { method: 'PUT', url: 'Patient/x', ifMatch: 'W/"9"' },
      },
      412,
    ],
    [
      'a conditional reference to nothing',
      {
        resource: heartRate('Patient?identifier=urn:x|nobody'),
        request: { method: 'POST', url: 'Observation' },
      },
      400,
    ],
    ['an address that nothing answers', { request: { method: 'POST', url: 'Patient/$fly' } }, 400],
    [
      'a type that is none',
      {
        resource: { resourceType: 'Patiant' } as unknown as Resource,
        request: { method: 'POST', url: 'Patiant' },
      },
      404,
    ],
  ]
  test.each(failing)('with %s leaves nothing behind', async (_name, entry, status) => {
    const before = [await countOf('Patient'), await countOf('Observation')]
    const good = {
      fullUrl: urn(3),
      resource: patient('Rolled'),
      request: { method: 'POST', url: 'Patient' },
    } as const
    const answer = await post(transaction(good, entry, { ...good, fullUrl: urn(4) }))
    expect([answer.status, answer.json.resourceType]).toEqual([status, 'OperationOutcome'])
    expect([await countOf('Patient'), await countOf('Observation')]).toEqual(before)
    expect(changes).toEqual([])
    const [rows] = await t.db.query("SELECT count(*) AS n FROM search_string WHERE exact = 'Rolled'")
    expect(rows).toEqual({ n: 0 })
  })

  test('creates what its criteria do not find, once', async () => {
    const resource = { ...patient('Once'), identifier: [{ system: 'urn:mrn', value: 'once' }] }
    const request = { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:mrn|once' } as const
    const twice = transaction(
      { fullUrl: urn(5), resource, request },
      { fullUrl: urn(6), resource, request },
      { fullUrl: urn(7), resource: heartRate(urn(6)), request: { method: 'POST', url: 'Observation' } },
    )
    const first = await post(twice)
    expect(first.json.entry.map((entry: BundleEntry) => entry.response?.status)).toEqual([
      '201 Created',
      '200 OK',
      '201 Created',
    ])
    const second = await post(twice)
    expect(second.json.entry[0].resource.id).toBe(first.json.entry[0].resource.id)
    expect(second.json.entry[2].resource.subject.reference).toBe(`Patient/${first.json.entry[0].resource.id}`)
  })

  test('resolves references by criteria, and rewrites those relative to a RESTful fullUrl', async () => {
    const resource = { ...patient('Cond'), identifier: [{ system: 'urn:mrn', value: 'cond' }] }
    await post(transaction({ resource, request: { method: 'POST', url: 'Patient' } }))
    const { json } = await post(
      transaction(
        {
          resource: heartRate('Patient?identifier=urn:mrn|cond'),
          request: { method: 'POST', url: 'Observation' },
        },
        {
          fullUrl: 'http://other.test/fhir/Patient/12',
          resource: { ...patient('Rest'), id: '12' },
          request: { method: 'POST', url: 'Patient' },
        },
        { resource: heartRate('Patient/12'), request: { method: 'POST', url: 'Observation' } },
      ),
    )
    expect(json.entry[0].resource.subject.reference).toMatch(/^Patient\/[0-9a-f-]{36}$/)
    expect(json.entry[2].resource.subject.reference).toBe(`Patient/${json.entry[1].resource.id}`)
  })

  test('refuses two changes of one resource', async () => {
    const entry = {
      resource: { ...patient('Two'), id: 'two' },
      request: { method: 'PUT', url: 'Patient/two' },
    } as const
    expect((await post(transaction(entry, entry))).status).toBe(400)
  })
})

describe('a batch', () => {
  test('carries out each entry for itself', async () => {
    const { status, json } = await post({
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        { resource: patient('Batch'), request: { method: 'POST', url: 'Patient' } },
        { request: { method: 'GET', url: 'Patient/nobody' } },
        { request: { method: 'GET', url: 'Patient?family=batch' } },
      ],
    })
    expect(status).toBe(200)
    expect(json.entry.map((entry: BundleEntry) => entry.response?.status)).toEqual([
      '201 Created',
      '404',
      '200 OK',
    ])
    expect(json.entry[1].response.outcome.resourceType).toBe('OperationOutcome')
    expect(json.entry[2].resource.total).toBe(1)
  })
})

describe('at once', () => {
  const parallel = 50
  test('of 50 updates over the same version exactly one wins', async () => {
    const repo = t.record.repository(systemAccess)
    const made = await repo.createResource<Patient>(patient('Race'))
    for (let round = 1; round <= 3; round++) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: parallel }, (_, i) =>
          repo.updateResource<Patient>(
            { ...made, name: [{ family: `Race${round}-${i}` }] },
            { ifMatch: String(round) },
          ),
        ),
      )
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    }
    expect((await repo.readResource<Patient>('Patient', made.id)).meta?.versionId).toBe('4')
  })
  test('50 updates without a version are all kept, one after the other', async () => {
    const repo = t.record.repository(systemAccess)
    const made = await repo.createResource<Patient>(patient('Count'))
    await Promise.all(Array.from({ length: parallel }, () => repo.updateResource<Patient>(made)))
    const history = await repo.readHistory('Patient', made.id)
    expect(history.entry?.map((entry) => entry.resource?.meta?.versionId)).toEqual(
      Array.from({ length: parallel + 1 }, (_, i) => String(parallel + 1 - i)),
    )
  })
  test('50 updates of an id that does not exist create it once', async () => {
    const repo = t.record.repository(systemAccess)
    const written = await Promise.all(
      Array.from({ length: parallel }, () => repo.upsert({ ...patient('New'), id: 'new-by-many' })),
    )
    expect(written.filter(({ created }) => created)).toHaveLength(1)
  })
  test('50 conditional creates make one', async () => {
    const repo = t.record.repository(systemAccess)
    const search = {
      resourceType: 'Patient',
      filters: [{ code: 'identifier', operator: 'eq', value: 'urn:mrn|race' }],
    } as const
    const made = await Promise.all(
      Array.from({ length: parallel }, () =>
        repo.conditionalCreate<Patient>(
          { ...patient('Cc'), identifier: [{ system: 'urn:mrn', value: 'race' }] },
          { ...search, filters: [...search.filters] },
        ),
      ),
    )
    expect(new Set(made.map(({ resource }) => resource.id)).size).toBe(1)
  })
  test('transactions that change the same resources in opposite order all end', async () => {
    const ids = ['d1', 'd2', 'd3', 'd4']
    const entries = ids.map(
      (id): BundleEntry => ({
        resource: { ...patient('Dead'), id },
        request: { method: 'PUT', url: `Patient/${id}` },
      }),
    )
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        post(transaction(...(i % 2 === 0 ? entries : entries.toReversed()))),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  })
})

const recordings = process.env['VITALWIRE_RECORDINGS']
describe.skipIf(recordings === undefined)('synthetic patients (needs VITALWIRE_RECORDINGS)', () => {
  test('every bundle is taken as a transaction, and reads back as it was', { timeout: 120_000 }, async () => {
    const folder = join(recordings ?? '', '06-fhir/synthea_r4')
    let compared = 0
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json'))) {
      const bundle = JSON.parse(await readFile(join(folder, file), 'utf8')) as Bundle
      const { status, json } = await post(bundle)
      expect([file, status, json.issue]).toEqual([file, 200, undefined])
      const become = new Map<string, string>()
      for (const [i, entry] of (bundle.entry ?? []).entries())
        become.set(entry.fullUrl ?? '', json.entry[i].response.location.replace(/\/_history\/.*/, ''))
      const expected = JSON.parse(
        JSON.stringify(bundle).replace(/urn:uuid:[0-9a-f-]{36}/g, (name) => become.get(name) ?? name),
      ) as Bundle
      for (const [i, entry] of (expected.entry ?? []).entries()) {
        const location = String(json.entry[i].response.location).split('/')
        const stored = await t.record
          .repository(systemAccess)
          .readResource(location[0] ?? '', location[1] ?? '')
        const { id: _id, meta, ...rest } = stored
        const { id: _own, meta: ownMeta, ...own } = entry.resource ?? ({} as Resource)
        expect(rest).toEqual(own)
        expect(meta).toMatchObject(ownMeta ?? {})
        compared++
      }
    }
    expect(compared).toBeGreaterThan(1_000)
  })
})
