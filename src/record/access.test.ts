import type { Bundle, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemAccess } from './model.ts'
import { patientAccess, type TestRecord, testRecord } from './testing/record.ts'

let t: TestRecord

const observation = (id: string, patient: string, more: object = {}): Resource => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ code: 'x' }] },
  subject: { reference: `Patient/${patient}` },
  ...more,
})

const resources = [
  {
    resourceType: 'Patient',
    id: 'ana',
    name: [{ family: 'Own' }],
    generalPractitioner: [{ reference: 'Practitioner/gp' }],
  },
  {
    resourceType: 'Patient',
    id: 'bob',
    name: [{ family: 'Other' }],
    generalPractitioner: [{ reference: 'Practitioner/gp' }],
  },
  { resourceType: 'Practitioner', id: 'gp', name: [{ family: 'Grey' }] },
  { resourceType: 'Organization', id: 'org', name: 'North' },
  observation('own', 'ana'),
  observation('other', 'bob', { derivedFrom: [{ reference: 'Observation/own' }] }),
  observation('leads-out', 'ana', { derivedFrom: [{ reference: 'Observation/other' }] }),
  { resourceType: 'Observation', id: 'nobody', status: 'final', code: { text: 'calibration' } },
  {
    resourceType: 'Group',
    id: 'both',
    type: 'person',
    actual: true,
    member: [{ entity: { reference: 'Patient/ana' } }, { entity: { reference: 'Patient/bob' } }],
  },
  { resourceType: 'Device', id: 'on-ana', patient: { reference: 'Patient/ana' } },
  { resourceType: 'Device', id: 'on-bob', patient: { reference: 'Patient/bob' } },
  { resourceType: 'Basic', id: 'loose', code: { text: 'note' } },
] as unknown as Resource[]

beforeAll(async () => {
  t = await testRecord()
  const repo = t.record.repository(systemAccess)
  for (const resource of resources) await repo.updateResource(resource)
  // Once ana's, by mistake; then corrected.
  await repo.updateResource(observation('moved', 'bob'))
  await repo.updateResource(observation('moved', 'ana'))
  await repo.updateResource(observation('removed', 'bob'))
  await repo.deleteResource('Observation', 'removed')
  t.actAs(patientAccess('ana'))
})
afterAll(() => t?.close())

async function get(url: string) {
  const response = await t.app.inject({ method: 'GET', url: `/fhir/R4/${url}` })
  return { status: response.statusCode, json: response.json(), text: response.body }
}
const idsOf = (bundle: Bundle): string[] =>
  (bundle.entry ?? []).map((entry) => entry.resource?.id ?? '').sort()

describe('a patient reads', () => {
  test.each([
    ['Patient/ana', 200],
    ['Observation/own', 200],
    ['Observation/moved', 200],
    ['Practitioner/gp', 200],
    ['Organization/org', 200],
    ['Device/on-ana', 200],
    ['Patient/bob', 404],
    ['Observation/other', 404],
    ['Observation/removed', 404],
    ['Observation/nobody', 404],
    ['Group/both', 404],
    ['Device/on-bob', 404],
    ['Basic/loose', 404],
    ['Patient/bob/_history', 404],
    ['Observation/other/_history/1', 404],
    ['Observation/moved/_history/1', 404],
    ['Observation/moved/_history/2', 200],
    ['Patient/bob/$everything', 404],
  ])('%s: %i', async (url, status) => {
    expect((await get(url)).status).toBe(status)
  })
  test('no difference between what is another’s and what is not', async () => {
    const [other, none] = [await get('Observation/other'), await get('Observation/none')]
    expect(other.text.replaceAll('other', 'none')).toBe(none.text)
  })
  test('no other patient’s version in the history', async () => {
    expect((await get('Observation/moved/_history')).json.entry).toHaveLength(1)
  })
})

describe('a patient finds', () => {
  test.each([
    ['Patient', ['ana']],
    ['Patient?family=other', []],
    ['Patient?_id=ana,bob', ['ana']],
    ['Observation', ['leads-out', 'moved', 'own']],
    ['Observation?patient=bob', []],
    ['Observation?subject=Patient/bob,Patient/ana', ['leads-out', 'moved', 'own']],
    ['Observation?status:not=amended', ['leads-out', 'moved', 'own']],
    ['Observation?subject:missing=true', []],
    ['Practitioner', ['gp']],
    ['Group', []],
    ['Basic', []],
    ['Device', ['on-ana']],
    // Chains look at nothing that could not be read itself.
    ['Observation?patient.family=other', []],
    ['Observation?derived-from.patient=bob', []],
    ['Observation?derived-from.status=final', []],
    ['Practitioner?_has:Patient:general-practitioner:family=other', []],
    ['Practitioner?_has:Patient:general-practitioner:family=own', ['gp']],
    ['Patient?_has:Observation:patient:status=final', ['ana']],
    // Nor does what is included.
    ['Practitioner?_id=gp&_revinclude=Patient:general-practitioner', ['ana', 'gp']],
    ['Observation?_id=leads-out&_include=Observation:derived-from', ['leads-out']],
    ['Observation?_id=own&_revinclude=Observation:derived-from', ['own']],
    ['Patient/ana/$everything', ['ana', 'gp', 'leads-out', 'moved', 'on-ana', 'own']],
  ])('%s', async (url, expected) => {
    const { status, json } = await get(url)
    expect([status, idsOf(json)]).toEqual([200, expected])
  })
  test('a total of what is theirs alone', async () => {
    expect((await get('Observation?_summary=count')).json.total).toBe(3)
    expect((await get('Observation?_count=1')).json.total).toBe(3)
  })
  test('the same through GraphQL', { timeout: 120_000 }, async () => {
    const query = '{ PatientList { id ObservationList(_reference: patient) { id } } }'
    const response = await t.app.inject({
      method: 'POST',
      url: '/fhir/R4/$graphql',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ query }),
    })
    const [found, ...others] = response.json().data.PatientList
    expect([found.id, others]).toEqual(['ana', []])
    expect(found.ObservationList.map(({ id }: { id: string }) => id).sort()).toEqual([
      'leads-out',
      'moved',
      'own',
    ])
  })
})

describe('someone bound to a patient who may write', () => {
  const writer = { ...patientAccess('ana'), allows: () => true }
  test('writes into that record', async () => {
    const made = await t.record.repository(writer).createResource(observation('', 'ana'))
    await t.record.repository(writer).deleteResource('Observation', made.id)
  })
  test.each([
    ['into another’s', () => t.record.repository(writer).createResource(observation('', 'bob')), 'forbidden'],
    [
      'into none',
      () => t.record.repository(writer).createResource({ resourceType: 'Basic', code: { text: 'x' } }),
      'forbidden',
    ],
    [
      'over another’s',
      () => t.record.repository(writer).updateResource(observation('other', 'ana')),
      'not-found',
    ],
    [
      'their own away to another',
      () => t.record.repository(writer).updateResource(observation('own', 'bob')),
      'forbidden',
    ],
    ['another’s away', () => t.record.repository(writer).deleteResource('Observation', 'other'), 'not-found'],
    [
      'a patch to another’s',
      () =>
        t.record.repository(writer).patchResource('Observation', 'other', [{ op: 'remove', path: '/code' }]),
      'not-found',
    ],
  ] as [string, () => Promise<unknown>, string][])('cannot write %s', async (_name, write, id) => {
    await expect(write()).rejects.toMatchObject({ outcome: { id } })
  })
})
