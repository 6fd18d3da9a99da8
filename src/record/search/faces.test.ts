import type { Filter, SearchRequest, WithId } from '@medplum/core'
import type { Bundle, Observation } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { microsFromIso } from '../../kernel/time.ts'
import type { ResourceFace } from '../model.ts'
import { systemAccess } from '../model.ts'
import { patientAccess, type TestRecord, testRecord } from '../testing/record.ts'
import { mergedPage, type Sorted, type SortedSource } from './faces.ts'
import { joinedFace } from './joined-face.ts'

/** Minute by minute, every third one a document. */
const minutes = 30
const isDocument = (minute: number): boolean => minute % 3 === 0
const observation = (minute: number): WithId<Observation> => ({
  resourceType: 'Observation',
  id: isDocument(minute) ? `doc-${minute}` : `tel-${minute}`,
  meta: { versionId: '1', lastUpdated: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z` },
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: minute % 2 === 0 ? 'Patient/ana' : 'Patient/bob' },
  effectiveDateTime: `2025-06-01T10:${String(minute).padStart(2, '0')}:00Z`,
})

/** Knows patient, subject and a bound of the time; gives nothing for any other filter. */
function fakeFace(late: readonly WithId<Observation>[]): ResourceFace {
  const early = Array.from({ length: minutes }, (_, minute) => minute)
    .filter((minute) => !isDocument(minute))
    .map(observation)
  const matches = (request: SearchRequest, patients: 'all' | readonly string[]): WithId<Observation>[] => {
    const time = (text: string): number => Date.parse(text)
    const micros = (text: string): number => microsFromIso(text)!
    const all = [...early, ...late].sort((a, b) => time(a.effectiveDateTime!) - time(b.effectiveDateTime!))
    const fits = (filter: Filter, reading: Observation): boolean =>
      (filter.code === 'date' &&
        (filter.operator === 'eb'
          ? micros(reading.effectiveDateTime!) < micros(filter.value)
          : filter.operator === 'sa' && micros(reading.effectiveDateTime!) > micros(filter.value))) ||
      ((filter.code === 'patient' || filter.code === 'subject') &&
        filter.value.split(',').some((value) => reading.subject?.reference?.endsWith(value)))
    const found = all.filter(
      (reading) =>
        (patients === 'all' || patients.some((id) => reading.subject?.reference === `Patient/${id}`)) &&
        (request.filters ?? []).every((filter) => fits(filter, reading)),
    )
    return request.sortRules?.[0]?.descending === false ? found : found.toReversed()
  }
  return {
    resourceType: 'Observation',
    owns: (id) => id.startsWith('tel-'),
    read: async (id, access) =>
      matches({ resourceType: 'Observation' }, access.patients).find((one) => one.id === id),
    history: async (id, access) =>
      matches({ resourceType: 'Observation' }, access.patients).filter((one) => one.id === id),
    search: async (request, access, { skip, limit }) => ({
      resources: matches(request, access.patients).slice(skip, skip + limit),
    }),
    count: async (request, access) => matches(request, access.patients).length,
  }
}

let t: TestRecord
/** Telemetry that came after the beginning. */
const arrived: WithId<Observation>[] = []
beforeAll(async () => {
  t = await testRecord()
  t.record.addFace(fakeFace(arrived))
  const repo = t.record.repository(systemAccess)
  for (const id of ['ana', 'bob'])
    await repo.updateResource({ resourceType: 'Patient', id, name: [{ family: id }] })
  for (let minute = 0; minute < minutes; minute++)
    if (isDocument(minute)) await repo.updateResource(observation(minute))
})
afterAll(() => t?.close())

async function get(url: string) {
  const response = await t.app.inject({ method: 'GET', url: `/fhir/R4/${url}` })
  return { status: response.statusCode, json: response.json() }
}
const minutesOf = (bundle: Bundle): number[] =>
  (bundle.entry ?? [])
    .filter((entry) => entry.search?.mode === 'match')
    .map((entry) => Number(entry.resource?.id?.slice(4)))
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i)

describe('documents and telemetry are one result', () => {
  test.each([
    ['Observation?_count=5', down(29, 25)],
    ['Observation?_count=5&_offset=7', down(22, 18)],
    ['Observation?_count=5&_offset=28', [1, 0]],
    ['Observation?_count=5&_offset=40', []],
    ['Observation?_count=4&_sort=date', [0, 1, 2, 3]],
    ['Observation?_count=4&_sort=date&_offset=13', [13, 14, 15, 16]],
    ['Observation?patient=ana&_count=4', [28, 26, 24, 22]],
    ['Observation?subject:Patient.family=bob&_count=4&_offset=2', [25, 23, 21, 19]],
    ['Observation?patient.family=nobody', []],
    ['Observation?status=final&_count=3', [27, 24, 21]],
    ['Observation?_has:Observation:derived-from:status=final', []],
  ])('%s', async (url, expected) => {
    const { status, json } = await get(url)
    expect([status, minutesOf(json)]).toEqual([200, expected])
  })
  test('counted together', async () => {
    expect((await get('Observation?_summary=count')).json.total).toBe(30)
    expect((await get('Observation?patient=ana&_summary=count')).json.total).toBe(15)
    expect((await get('Observation?_count=3&_total=accurate')).json.total).toBe(30)
    expect((await get('Observation?_count=3')).json.total).toBeUndefined()
  })
  test('page after page, each once', async () => {
    const seen: number[] = []
    let url: string | undefined = 'Observation?_count=7'
    while (url !== undefined) {
      const { json } = await get(url)
      seen.push(...minutesOf(json))
      url = json.link
        .find(({ relation }: { relation: string }) => relation === 'next')
        ?.url.split('/fhir/R4/')[1]
    }
    expect(seen).toEqual(down(29, 0))
  })
  test.each([
    ['newest first', '_sort=-date', down(29, 0)],
    ['oldest first', '_sort=date', down(29, 0).toReversed()],
    ['in no order asked for', '', down(29, 0)],
  ])('page after page %s, each once, while readings and documents arrive', async (_, sort, expected) => {
    const repo = t.record.repository(systemAccess)
    const written: string[] = []
    const seen: string[] = []
    let url: string | undefined = `Observation?_count=7${sort && `&${sort}`}`
    for (let page = 0; url !== undefined; page++) {
      const { json } = await get(url)
      seen.push(...(json as Bundle).entry!.map((entry) => entry.resource!.id!))
      const next: { url: string } | undefined = json.link.find(
        ({ relation }: { relation: string }) => relation === 'next',
      )
      url = next?.url.split('/fhir/R4/')[1]
      // One later than all, one that was late and lies before all.
      for (const minute of [40 + page, -40 - page]) {
        const effectiveDateTime = new Date(Date.UTC(2025, 5, 1, 10, minute)).toISOString()
        arrived.push({ ...observation(1), id: `tel-new${minute}`, effectiveDateTime })
        const created = await repo.createResource({ ...observation(0), effectiveDateTime })
        written.push(created.id)
      }
    }
    const old = seen.filter((id) => /^(doc|tel)-\d+$/.test(id)).map((id) => Number(id.slice(4)))
    expect(old).toEqual(expected)
    expect(new Set(seen).size).toBe(seen.length)
    arrived.length = 0
    for (const id of written) await repo.deleteResource('Observation', id)
  })
  test('what has no time comes last, once', async () => {
    const repo = t.record.repository(systemAccess)
    const { effectiveDateTime: _, ...undated } = observation(0)
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push((await repo.createResource(undated)).id)
    const seen: string[] = []
    let url: string | undefined = 'Observation?_count=3&_sort=date'
    while (url !== undefined) {
      const { json } = await get(url)
      seen.push(...(json as Bundle).entry!.map((entry) => entry.resource!.id!))
      url = json.link
        .find(({ relation }: { relation: string }) => relation === 'next')
        ?.url.split('/fhir/R4/')[1]
    }
    expect(seen).toHaveLength(35)
    expect(new Set(seen.slice(30))).toEqual(new Set(ids))
    for (const id of ids) await repo.deleteResource('Observation', id)
  })
  test('a cursor of another making is refused', async () => {
    for (const url of ['Observation?_cursor=x', 'Observation?_sort=code&_cursor=1.1'])
      expect((await get(url)).status).toBe(400)
  })
  test('with what the page includes', async () => {
    const { json } = await get('Observation?_count=2&_include=Observation:subject')
    expect(json.entry.map((entry: { resource: { id: string } }) => entry.resource.id)).toEqual([
      'tel-29',
      'tel-28',
      'bob',
      'ana',
    ])
  })
  test('seen by a patient as far as it is theirs', async () => {
    t.actAs(patientAccess('ana'))
    expect(minutesOf((await get('Observation?_count=3')).json)).toEqual([28, 26, 24])
    expect((await get('Observation?_summary=count')).json.total).toBe(15)
    expect((await get('Observation/tel-1')).status).toBe(404)
    t.actAs(systemAccess)
  })
})

describe('one reading', () => {
  test('is read, with history and version', async () => {
    expect((await get('Observation/tel-1')).json.id).toBe('tel-1')
    expect((await get('Observation/tel-1/_history')).json.total).toBe(1)
    expect((await get('Observation/tel-1/_history/1')).json.id).toBe('tel-1')
    expect((await get('Observation/tel-1/_history/2')).status).toBe(404)
    expect((await get('Observation/tel-99')).status).toBe(404)
  })
  test.each([
    ['PUT', observation(1)],
    ['DELETE', undefined],
    ['PATCH', [{ op: 'remove', path: '/subject' }]],
  ])('refuses %s, with the reason', async (method, body) => {
    const response = await t.app.inject({
      method: method as 'PUT',
      url: '/fhir/R4/Observation/tel-1',
      ...(body ? { headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) } : {}),
    })
    expect(response.statusCode).toBe(405)
    expect(response.json().issue[0].details.text).toContain('telemetry')
  })
})

const sourceOf = (list: readonly Sorted[]): SortedSource => ({
  page: async ({ skip, limit }) => list.slice(skip, skip + limit),
  count: async () => list.length,
})

test('any page of two sorted sources is that page of both sorted together', async () => {
  const order = [{ code: 'date', descending: true }]
  const keys = fc.array(fc.option(fc.integer({ min: 0, max: 12 })), { maxLength: 20 })
  const sorted = (values: (number | null)[], name: string): Sorted[] =>
    values
      .toSorted((a, b) => (a === null ? 1 : b === null ? -1 : b - a))
      .map((key, i) => ({
        keys: [key],
        resource: { resourceType: 'Basic', id: `${name}${i}` } as unknown as Sorted['resource'],
      }))
  await fc.assert(
    fc.asyncProperty(keys, keys, fc.nat(40), fc.integer({ min: 1, max: 10 }), async (a, b, offset, limit) => {
      const [left, right] = [sorted(a, 'a'), sorted(b, 'b')]
      // Stable, documents first where keys are equal.
      const together = [...left, ...right].toSorted((x, y) => {
        const [k, l] = [x.keys[0] as number | null, y.keys[0] as number | null]
        return k === l ? 0 : k === null ? 1 : l === null ? -1 : l - k
      })
      const page = await mergedPage([sourceOf(left), sourceOf(right)], order, { offset, limit })
      expect(page.map(({ resource }) => resource.id)).toEqual(
        together.slice(offset, offset + limit).map(({ resource }) => resource.id),
      )
    }),
  )
})

test('two faces of one type are one, in one order', async () => {
  const at = (minute: number): WithId<Observation> => ({
    ...observation(minute),
    id: `f${minute % 2}-${minute}`,
  })
  const face = (parity: number): ResourceFace => {
    const all = [5, 4, 3, 2, 1, 0].filter((minute) => minute % 2 === parity).map(at)
    return {
      resourceType: 'Observation',
      owns: (id) => id.startsWith(`f${parity}-`),
      read: async (id) => all.find((one) => one.id === id),
      history: async (id) => all.filter((one) => one.id === id),
      search: async (_request, _access, { skip, limit }) => ({ resources: all.slice(skip, skip + limit) }),
      count: async () => all.length,
    }
  }
  const joined = joinedFace(face(0), face(1), t.record.world.params)
  const request: SearchRequest = { resourceType: 'Observation' }
  const { resources } = await joined.search(request, systemAccess, { skip: 1, limit: 3 })
  expect(resources.map((one) => one.id)).toEqual(['f0-4', 'f1-3', 'f0-2'])
  expect(await joined.count(request, systemAccess)).toBe(6)
  expect((await joined.read('f1-3', systemAccess))?.id).toBe('f1-3')
  expect(await joined.history('f0-0', systemAccess)).toHaveLength(1)
  expect([joined.owns('f0-1'), joined.owns('x'), await joined.history('x', systemAccess)]).toEqual([
    true,
    false,
    [],
  ])
})
