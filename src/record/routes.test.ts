import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemAccess } from './model.ts'
import { publicUrl, type TestRecord, testRecord } from './testing/record.ts'

let t: TestRecord
beforeAll(async () => {
  t = await testRecord()
})
afterAll(() => t?.close())

type Body = Record<string, unknown> | unknown[] | string
async function call(method: string, url: string, body?: Body, headers: Record<string, string> = {}) {
  const response = await t.app.inject({
    method: method as 'GET',
    url,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    // The shape depends on the call; each expectation names what it needs.
    json: response.body === '' ? undefined : JSON.parse(response.body),
  }
}

const patient = { resourceType: 'Patient', name: [{ family: 'Okonkwo', given: ['Ada'] }], gender: 'female' }

describe('one resource', () => {
  test('is created with id, version, time and location', async () => {
    const made = await call('POST', '/fhir/R4/Patient', { ...patient, id: 'mine' })
    expect(made.status).toBe(201)
    expect(made.json.id).not.toBe('mine')
    expect(made.json.meta).toMatchObject({ versionId: '1', lastUpdated: '2026-01-01T00:00:00.000Z' })
    expect(made.headers['etag']).toBe('W/"1"')
    expect(made.headers['location']).toBe(`${publicUrl}/fhir/R4/Patient/${made.json.id}/_history/1`)
    expect(made.headers['content-type']).toContain('application/fhir+json')
    expect((await call('GET', `/fhir/Patient/${made.json.id}`)).json).toEqual(made.json)
  })
  test('is read conditionally', async () => {
    const made = await call('PUT', '/fhir/R4/Patient/cond', { ...patient, id: 'cond' })
    expect(made.status).toBe(201)
    const again = await call('GET', '/fhir/R4/Patient/cond', undefined, { 'if-none-match': 'W/"1"' })
    expect([again.status, again.text]).toEqual([304, ''])
  })
  test('keeps every version, its deletion too', async () => {
    await call('PUT', '/fhir/R4/Patient/v', { ...patient, id: 'v' })
    expect((await call('PUT', '/fhir/R4/Patient/v', { ...patient, id: 'v', active: true })).status).toBe(200)
    expect((await call('DELETE', '/fhir/R4/Patient/v')).status).toBe(204)
    expect((await call('DELETE', '/fhir/R4/Patient/v')).status).toBe(204)
    expect((await call('GET', '/fhir/R4/Patient/v')).status).toBe(410)
    expect((await call('GET', '/fhir/R4/Patient/v/_history/1')).json.active).toBeUndefined()
    expect((await call('GET', '/fhir/R4/Patient/v/_history/2')).json.active).toBe(true)
    expect((await call('GET', '/fhir/R4/Patient/v/_history/3')).status).toBe(410)
    const history = await call('GET', '/fhir/R4/Patient/v/_history')
    expect(history.json.total).toBe(3)
    expect(history.json.entry.map((e: { request: { method: string } }) => e.request.method)).toEqual([
      'DELETE',
      'PUT',
      'POST',
    ])
    expect((await call('PUT', '/fhir/R4/Patient/v', { ...patient, id: 'v' })).status).toBe(201)
    expect((await call('GET', '/fhir/R4/Patient/v')).json.meta.versionId).toBe('4')
  })
  test('is patched, and a patch that does not apply changes nothing', async () => {
    await call('PUT', '/fhir/R4/Patient/p', { ...patient, id: 'p' })
    const json = { 'content-type': 'application/json-patch+json' }
    const done = await call(
      'PATCH',
      '/fhir/R4/Patient/p',
      [{ op: 'replace', path: '/gender', value: 'other' }],
      json,
    )
    expect([done.status, done.json.gender, done.json.meta.versionId]).toEqual([200, 'other', '2'])
    const failed = await call(
      'PATCH',
      '/fhir/R4/Patient/p',
      [
        { op: 'test', path: '/gender', value: 'male' },
        { op: 'remove', path: '/name' },
      ],
      json,
    )
    expect(failed.status).toBe(400)
    expect((await call('GET', '/fhir/R4/Patient/p')).json.meta.versionId).toBe('2')
    const moved = await call(
      'PATCH',
      '/fhir/R4/Patient/p',
      [{ op: 'replace', path: '/id', value: 'q' }],
      json,
    )
    expect(moved.status).toBe(400)
  })
  test('is not updated over a version the client has not seen', async () => {
    await call('PUT', '/fhir/R4/Patient/m', { ...patient, id: 'm' })
    const body = { ...patient, id: 'm' }
    expect((await call('PUT', '/fhir/R4/Patient/m', body, { 'if-match': 'W/"1"' })).status).toBe(200)
    const stale = await call('PUT', '/fhir/R4/Patient/m', body, { 'if-match': 'W/"1"' })
    expect([stale.status, stale.json.resourceType]).toEqual([412, 'OperationOutcome'])
    expect(
      (await call('PUT', '/fhir/R4/Patient/none', { ...body, id: 'none' }, { 'if-match': 'W/"1"' })).status,
    ).toBe(412)
  })
  test('is answered as preferred', async () => {
    const minimal = await call('POST', '/fhir/R4/Patient', patient, { prefer: 'return=minimal' })
    expect([minimal.status, minimal.text]).toEqual([201, ''])
    const outcome = await call('POST', '/fhir/R4/Patient', patient, { prefer: 'return=OperationOutcome' })
    expect(outcome.json.resourceType).toBe('OperationOutcome')
  })
})

describe('a refusal is an OperationOutcome', () => {
  const cases: [string, number, string, string, (Body | undefined)?, Record<string, string>?][] = [
    ['broken JSON', 400, 'POST', '/fhir/R4/Patient', '{"resourceType":'],
    ['a date that is none', 400, 'GET', '/fhir/R4/Observation?date=foo', undefined],
    ['a prefix without its date', 400, 'GET', '/fhir/R4/Observation?date=ge', undefined],
    ['a prefix without its number', 400, 'GET', '/fhir/R4/Observation?value-quantity=gt', undefined],
    ['a number beyond all numbers', 400, 'GET', '/fhir/R4/Observation?value-quantity=1e400', undefined],
    ['no object', 400, 'POST', '/fhir/R4/Patient', '[]'],
    ['another type', 400, 'POST', '/fhir/R4/Patient', { resourceType: 'Observation' }],
    ['an unknown type', 404, 'GET', '/fhir/R4/Patiant/1'],
    ['an unknown type to search', 404, 'GET', '/fhir/R4/Patiant?name=x'],
    ['an unknown id', 404, 'GET', '/fhir/R4/Patient/nobody'],
    ['an unknown element', 400, 'POST', '/fhir/R4/Patient', { ...patient, nick: 'A' }],
    [
      'a missing element',
      400,
      'POST',
      '/fhir/R4/Observation',
      { resourceType: 'Observation', status: 'final' },
    ],
    ['a code that is not in its value set', 400, 'POST', '/fhir/R4/Patient', { ...patient, gender: 'f' }],
    ['a wrong date', 400, 'POST', '/fhir/R4/Patient', { ...patient, birthDate: 'yesterday' }],
    ['an id not of the URL', 400, 'PUT', '/fhir/R4/Patient/a', { ...patient, id: 'b' }],
    ['an id that is none', 400, 'PUT', '/fhir/R4/Patient/a_b', { ...patient, id: 'a_b' }],
    ['a deletion of nothing', 404, 'DELETE', '/fhir/R4/Patient/nobody'],
    ['a wrong count', 400, 'GET', '/fhir/R4/Patient?_count=many'],
    ['a wrong date to search', 400, 'GET', '/fhir/R4/Patient?birthdate=soon'],
    ['a wrong modifier', 400, 'GET', '/fhir/R4/Patient?gender:exact=male'],
    [
      'an unknown parameter, strictly',
      400,
      'GET',
      '/fhir/R4/Patient?shoe=43',
      undefined,
      { prefer: 'handling=strict' },
    ],
    ['a body nested without end', 400, 'POST', '/fhir/R4/Patient', '['.repeat(5_000) + ']'.repeat(5_000)],
    ['a NUL in a value', 400, 'GET', '/fhir/R4/Patient?name=a%00b'],
    ['a NUL in an id', 404, 'GET', '/fhir/R4/Patient/a%00b'],
    ['a NUL in a resource', 400, 'POST', '/fhir/R4/Patient', { ...patient, language: 'a\u0000' }],
    ['a number beyond all numbers', 400, 'GET', '/fhir/R4/Observation?value-quantity=1e999999'],
    [
      'a value beyond all measure',
      400,
      'POST',
      '/fhir/R4/Patient/_search',
      `name=${'x,'.repeat(40_000)}`,
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['criteria that restrict nothing', 400, 'DELETE', '/fhir/R4/Patient'],
    ['criteria that are unknown', 400, 'DELETE', '/fhir/R4/Patient?shoe=43'],
    ['XML', 406, 'GET', '/fhir/R4/Patient', undefined, { accept: 'application/fhir+xml' }],
    [
      'a body in XML',
      415,
      'POST',
      '/fhir/R4/Patient',
      '<Patient/>',
      { 'content-type': 'application/fhir+xml' },
    ],
    ['a search of everything', 400, 'GET', '/fhir/R4?_lastUpdated=gt2020'],
    ['a base that takes a Bundle', 400, 'POST', '/fhir/R4', patient],
    [
      'a body too large',
      413,
      'POST',
      '/fhir/R4/Patient',
      JSON.stringify({ ...patient, id: 'x'.repeat(17 * 1024 * 1024) }),
    ],
  ]
  test.each(cases)('%s: %i', async (_name, status, method, url, body, headers) => {
    const response = await call(method, url, body, headers)
    expect([response.status, response.json?.resourceType]).toEqual([status, 'OperationOutcome'])
    expect(response.json.issue[0].details.text.length).toBeGreaterThan(5)
  })
  test('a validation error says where', async () => {
    const { json } = await call('POST', '/fhir/R4/Patient', { ...patient, birthDate: 'yesterday' })
    expect(json.issue[0].expression).toEqual(['Patient.birthDate'])
  })
  test('a type that may not be read is refused', async () => {
    t.actAs({ ...systemAccess, allows: () => false })
    expect((await call('GET', '/fhir/R4/Patient/p')).status).toBe(403)
    expect((await call('GET', '/fhir/R4/Patient')).status).toBe(403)
    expect((await call('POST', '/fhir/R4/Patient', patient)).status).toBe(403)
    t.actAs(systemAccess)
  })
})

describe('operations', () => {
  test('the capability statement is valid', async () => {
    const { status, json } = await call('GET', '/fhir/R4/metadata')
    expect([status, json.fhirVersion]).toEqual([200, '4.0.1'])
    expect(() => t.record.world.validate(json)).not.toThrow()
  })
  test('$validate answers without writing', async () => {
    const wrong = await call('POST', '/fhir/R4/Patient/$validate', { ...patient, birthDate: 'x' })
    expect([wrong.status, wrong.json.issue[0].severity]).toEqual([200, 'error'])
    const right = await call('POST', '/fhir/R4/Patient/$validate', patient)
    expect(right.json.issue[0].severity).toBe('information')
  })
  test('$graphql answers a query', { timeout: 120_000 }, async () => {
    await call('PUT', '/fhir/R4/Patient/g', { ...patient, id: 'g' })
    const { status, json } = await call('POST', '/fhir/R4/$graphql', {
      query: '{ Patient(id: "g") { id name { family } } }',
    })
    expect(status).toBe(200)
    expect(json.data.Patient).toEqual({ id: 'g', name: [{ family: 'Okonkwo' }] })
  })
  test('_search takes a form', async () => {
    const { json } = await call('POST', '/fhir/R4/Patient/_search', 'family=okon&_summary=count', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(json.total).toBeGreaterThan(1)
  })
  test('criteria: create, update, delete', async () => {
    const identified = { ...patient, identifier: [{ system: 'urn:mrn', value: '77' }] }
    const first = await call('POST', '/fhir/R4/Patient', identified, {
      'if-none-exist': 'identifier=urn:mrn|77',
    })
    const second = await call('POST', '/fhir/R4/Patient', identified, {
      'if-none-exist': 'identifier=urn:mrn|77',
    })
    expect([first.status, second.status, second.json.id]).toEqual([201, 200, first.json.id])
    const updated = await call('PUT', '/fhir/R4/Patient?identifier=urn:mrn|77', {
      ...identified,
      active: true,
    })
    expect([updated.status, updated.json.id, updated.json.active]).toEqual([200, first.json.id, true])
    await call('POST', '/fhir/R4/Patient', identified)
    expect((await call('DELETE', '/fhir/R4/Patient?identifier=urn:mrn|77')).status).toBe(412)
  })
})
