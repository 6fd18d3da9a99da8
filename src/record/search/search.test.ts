import type { Bundle, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemAccess } from '../model.ts'
import { publicUrl, type TestRecord, testRecord } from '../testing/record.ts'

let t: TestRecord

const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })
const mmHg = (value: number) => ({ value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' })

const resources = [
  {
    resourceType: 'Organization',
    id: 'north',
    name: 'Northern General',
    partOf: { reference: 'Organization/trust' },
  },
  { resourceType: 'Organization', id: 'trust', name: 'The Trust' },
  {
    resourceType: 'Patient',
    id: 'ana',
    active: true,
    identifier: [
      { system: 'urn:mrn', value: '100', type: { coding: [{ system: 'http://t.test', code: 'MR' }] } },
    ],
    name: [{ family: 'Muñoz García', given: ['Ana', 'Sofía'] }],
    gender: 'female',
    birthDate: '1980-03-15',
    address: [{ city: 'Córdoba', line: ['Calle 5'] }],
    telecom: [{ system: 'phone', value: '555,100' }],
    managingOrganization: { reference: 'Organization/north' },
    generalPractitioner: [{ reference: 'Practitioner/gp' }],
  },
  {
    resourceType: 'Patient',
    id: 'bob',
    active: false,
    identifier: [{ system: 'urn:mrn', value: '200' }, { value: '100' }],
    name: [{ family: "O'Neil", given: ['Bob'] }],
    gender: 'male',
    birthDate: '1980',
    deceasedBoolean: true,
    meta: { tag: [{ system: 'urn:ward', code: 'icu' }], profile: ['http://p.test/base/patient'] },
  },
  {
    resourceType: 'Patient',
    id: 'cem',
    name: [{ family: 'Ångström' }],
    gender: 'unknown',
    birthDate: '1990-12-31',
  },
  { resourceType: 'Practitioner', id: 'gp', name: [{ family: 'Grey' }] },
  {
    resourceType: 'Observation',
    id: 'hr1',
    status: 'final',
    category: [{ coding: [{ code: 'vital-signs', system: 'http://c.test' }] }],
    code: loinc('8867-4'),
    subject: { reference: 'Patient/ana' },
    performer: [{ reference: 'Practitioner/gp' }],
    effectiveDateTime: '2024-02-10T08:30:00Z',
    valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  },
  {
    resourceType: 'Observation',
    id: 'hr2',
    status: 'amended',
    code: loinc('8867-4'),
    subject: { reference: 'Patient/bob' },
    effectivePeriod: { start: '2024-02-11', end: '2024-02-13' },
    valueQuantity: { value: 72.4, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  },
  {
    resourceType: 'Observation',
    id: 'bp1',
    status: 'final',
    code: loinc('85354-9'),
    subject: { reference: 'Patient/ana' },
    effectiveDateTime: '2024-02-12T10:00:00+02:00',
    component: [
      { code: loinc('8480-6'), valueQuantity: mmHg(120) },
      { code: loinc('8462-4'), valueQuantity: mmHg(80) },
    ],
  },
  {
    resourceType: 'Observation',
    id: 'note',
    status: 'final',
    code: loinc('1234-5'),
    subject: { identifier: { system: 'urn:mrn', value: '300' } },
    valueString: 'Sleeping, calm',
  },
  {
    resourceType: 'Observation',
    id: 'of-obs',
    status: 'final',
    code: loinc('9-9'),
    derivedFrom: [{ reference: 'Observation/hr1' }],
    effectiveDateTime: '2023',
  },
  {
    resourceType: 'Encounter',
    id: 'stay',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: 'Patient/ana' },
    period: { start: '2024-02-09T12:00:00Z' },
    serviceProvider: { reference: 'Organization/north' },
  },
  {
    resourceType: 'Condition',
    id: 'copd',
    subject: { reference: 'Patient/ana' },
    code: { text: 'COPD', coding: [{ system: 'http://snomed.info/sct', code: '13645005' }] },
    onsetRange: { low: { value: 40, unit: 'a' }, high: { value: 50, unit: 'a' } },
  },
  { resourceType: 'ValueSet', id: 'vs', status: 'active', url: 'http://v.test/sets/rhythm', version: '2' },
  {
    resourceType: 'RiskAssessment',
    id: 'risk',
    status: 'final',
    subject: { reference: 'Patient/ana' },
    prediction: [{ probabilityDecimal: 0.125 }],
  },
  { resourceType: 'Device', id: 'monitor', patient: { reference: 'Patient/ana' } },
] as unknown as Resource[]

beforeAll(async () => {
  t = await testRecord()
  const repo = t.record.repository(systemAccess)
  for (const resource of resources) {
    t.clock.advanceMs(1_000)
    await repo.updateResource(resource)
  }
})
afterAll(() => t?.close())

async function search(url: string): Promise<Bundle> {
  const response = await t.app.inject({ method: 'GET', url: `/fhir/R4/${url}` })
  expect([url, response.statusCode]).toEqual([url, 200])
  return response.json()
}
const idsOf = (bundle: Bundle, mode = 'match'): string[] =>
  (bundle.entry ?? []).filter((entry) => entry.search?.mode === mode).map((entry) => entry.resource?.id ?? '')

const cases: [string, string[]][] = [
  // string
  ['Patient?family=muñoz', ['ana']],
  ['Patient?family=munoz', ['ana']],
  ['Patient?name=sofia', ['ana']],
  ['Patient?name=angstrom', ['cem']],
  ['Patient?family=garcia', []],
  ['Patient?family:contains=garcia', ['ana']],
  ['Patient?family:exact=Ångström', ['cem']],
  ['Patient?family:exact=Angstrom', []],
  ["Patient?family=o'neil", ['bob']],
  ['Patient?family=munoz,angst', ['ana', 'cem']],
  ['Patient?family=munoz&given=ana', ['ana']],
  ['Patient?family=munoz&given=bob', []],
  ['Patient?name=%25', []],
  ['Patient?name=_na', []],
  ['Patient?address-city=cordoba', ['ana']],
  ['Patient?phone=555\\,100', ['ana']],
  ['Patient?phone=555,100', []],
  ['Observation?value-string=sleeping\\, calm', ['note']],
  ['Patient?address:missing=true', ['bob', 'cem']],
  // token
  ['Patient?identifier=urn:mrn|100', ['ana']],
  ['Patient?identifier=100', ['ana', 'bob']],
  ['Patient?identifier=|100', ['bob']],
  ['Patient?identifier=urn:mrn|', ['ana', 'bob']],
  ['Patient?identifier=urn:other|100', []],
  ['Patient?identifier:of-type=http://t.test|MR|100', ['ana']],
  ['Patient?identifier:of-type=http://t.test|XX|100', []],
  ['Patient?gender=female', ['ana']],
  ['Patient?gender=http://hl7.org/fhir/administrative-gender|female', ['ana']],
  ['Patient?gender:not=female', ['bob', 'cem']],
  ['Patient?gender=female,male', ['ana', 'bob']],
  ['Patient?active=true', ['ana']],
  ['Patient?active:missing=true', ['cem']],
  ['Patient?active:missing=false', ['ana', 'bob']],
  ['Patient?deceased=true', ['bob']],
  ['Patient?_tag=urn:ward|icu', ['bob']],
  ['Patient?_id=ana,cem,zed', ['ana', 'cem']],
  ['Observation?code=http://loinc.org|8867-4', ['hr1', 'hr2']],
  ['Observation?code=8867-4&status=final', ['hr1']],
  ['Observation?category=vital-signs', ['hr1']],
  ['Observation?code:not=8867-4', ['bp1', 'note', 'of-obs']],
  // date
  ['Patient?birthdate=1980-03-15', ['ana']],
  ['Patient?birthdate=1980-03', ['ana']],
  ['Patient?birthdate=1980', ['ana', 'bob']],
  ['Patient?birthdate=ne1980', ['cem']],
  ['Patient?birthdate=gt1980', ['cem']],
  ['Patient?birthdate=lt1980-03-15', ['bob']],
  ['Patient?birthdate=ge1980&birthdate=le1985', ['ana', 'bob']],
  ['Patient?birthdate=1990-12-31,1980-03-15', ['ana', 'cem']],
  ['Patient?birthdate=lt1980-02,gt1985', ['bob', 'cem']],
  ['Observation?date=2024-02-12', ['bp1']],
  ['Observation?date=2024-02-12T08:00:00Z', ['bp1']],
  ['Observation?date=2024-02', ['bp1', 'hr1', 'hr2']],
  ['Observation?date=sa2024-02-10', ['bp1', 'hr2']],
  ['Observation?date=eb2024-02-11', ['hr1', 'of-obs']],
  ['Observation?date=ge2024-02-12', ['bp1', 'hr2']],
  ['Observation?date=ap2024-02-12', ['bp1', 'hr1', 'hr2', 'of-obs']],
  ['Observation?date:missing=true', ['note']],
  ['Encounter?date=2025', []],
  ['Encounter?date=ge2025', ['stay']],
  ['Patient?_lastUpdated=ge2026-01-01', ['ana', 'bob', 'cem']],
  ['Patient?_lastUpdated=lt2026-01-01', []],
  // reference
  ['Observation?subject=Patient/ana', ['bp1', 'hr1']],
  ['Observation?subject=ana', ['bp1', 'hr1']],
  ['Observation?subject:Patient=ana', ['bp1', 'hr1']],
  ['Observation?subject:Group=ana', []],
  ['Observation?patient=ana', ['bp1', 'hr1']],
  ['Observation?patient=Patient/ana,Patient/bob', ['bp1', 'hr1', 'hr2']],
  [`Observation?patient=${publicUrl}/fhir/R4/Patient/ana`, ['bp1', 'hr1']],
  ['Observation?subject:identifier=urn:mrn|300', ['note']],
  ['Observation?derived-from=Observation/hr1', ['of-obs']],
  // chains
  ['Observation?subject:Patient.family=munoz', ['bp1', 'hr1']],
  ['Observation?patient.gender=male', ['hr2']],
  ['Observation?subject.name=bob', ['hr2']],
  ['Observation?patient.organization.name=northern', ['bp1', 'hr1']],
  ['Observation?patient.organization.partof.name=the', ['bp1', 'hr1']],
  ['Observation?patient.birthdate=gt1985', []],
  ["Observation?patient.family:exact=O'Neil", ['hr2']],
  ['Patient?_has:Observation:patient:code=85354-9', ['ana']],
  ['Patient?_has:Observation:patient:status=amended', ['bob']],
  ['Organization?_has:Patient:organization:_has:Observation:patient:code=85354-9', ['north']],
  // number, quantity
  ['Observation?value-quantity=72', ['hr1', 'hr2']],
  ['Observation?value-quantity=72.0', ['hr1']],
  ['Observation?value-quantity=72.4|http://unitsofmeasure.org|/min', ['hr2']],
  ['Observation?value-quantity=72||/min', ['hr1', 'hr2']],
  ['Observation?value-quantity=72||kg', []],
  ['Observation?value-quantity=gt72', ['hr2']],
  ['Observation?value-quantity=le72', ['hr1']],
  ['Observation?value-quantity=ap70', ['hr1', 'hr2']],
  ['Observation?value-quantity=ne72.0', ['hr2']],
  ['Observation?value-quantity=7.24e1', ['hr2']],
  ['Condition?onset-age=gt45', ['copd']],
  ['Condition?onset-age=gt50', []],
  ['RiskAssessment?probability=0.125', ['risk']],
  ['RiskAssessment?probability=0.12', []],
  ['RiskAssessment?probability=gt0.12', ['risk']],
  // composite
  ['Observation?code-value-quantity=http://loinc.org|8867-4$gt72', ['hr2']],
  ['Observation?component-code-value-quantity=8480-6$120', ['bp1']],
  ['Observation?component-code-value-quantity=8480-6$80', []],
  ['Observation?combo-code-value-quantity=8462-4$lt90||mm[Hg]', ['bp1']],
  // uri
  ['ValueSet?url=http://v.test/sets/rhythm', ['vs']],
  ['ValueSet?url:below=http://v.test/sets', ['vs']],
  ['ValueSet?url:above=http://v.test/sets/rhythm/more', ['vs']],
  ['Patient?_profile=http://p.test/base/patient', ['bob']],
  // what is unknown or empty is left out
  ['Patient?shoe=43&gender=male', ['bob']],
  ['Patient?gender=', ['ana', 'bob', 'cem']],
]

describe('search finds', () => {
  test.each(cases)('%s', async (url, expected) => {
    const bundle = await search(url.replaceAll('|', '%7C').replaceAll(' ', '%20').replaceAll('+', '%2B'))
    expect(idsOf(bundle).sort()).toEqual(expected)
    expect(bundle.total).toBe(expected.length)
  })
})

describe('a result is ordered', () => {
  test.each([
    ['Patient?_sort=birthdate', ['bob', 'ana', 'cem']],
    ['Patient?_sort=-birthdate', ['cem', 'ana', 'bob']],
    ['Patient?_sort=gender', ['ana', 'bob', 'cem']],
    ['Patient?_sort=-_id', ['cem', 'bob', 'ana']],
    ['Patient?_sort=active,-birthdate', ['bob', 'ana', 'cem']],
    ['Patient', ['cem', 'bob', 'ana']],
    ['Observation', ['bp1', 'hr2', 'hr1', 'of-obs', 'note']],
    ['Observation?_sort=date', ['of-obs', 'hr1', 'hr2', 'bp1', 'note']],
    ['Observation?_sort=-value-quantity', ['hr2', 'hr1', 'of-obs', 'note', 'bp1']],
    ['Observation?_sort=_lastUpdated', ['hr1', 'hr2', 'bp1', 'note', 'of-obs']],
  ])('%s', async (url, expected) => {
    expect(idsOf(await search(url))).toEqual(expected)
  })
})

describe('a result is paged', () => {
  test('by links that lead from the first page to the last', async () => {
    const seen: string[] = []
    let url: string | undefined = 'Observation?_count=2&_sort=-date'
    let pages = 0
    while (url !== undefined) {
      const bundle: Bundle = await search(url)
      seen.push(...idsOf(bundle))
      pages++
      const next: string | undefined = bundle.link?.find(({ relation }) => relation === 'next')?.url
      if (next !== undefined) expect(next.startsWith(`${publicUrl}/fhir/R4/Observation?`)).toBe(true)
      url = next?.slice(`${publicUrl}/fhir/R4/`.length)
    }
    expect([pages, seen]).toEqual([3, ['bp1', 'hr2', 'hr1', 'of-obs', 'note']])
  })
  test('counting alone gives no entry', async () => {
    for (const url of ['Observation?_summary=count', 'Observation?_count=0']) {
      const bundle = await search(url)
      expect([bundle.total, bundle.entry]).toEqual([5, undefined])
    }
  })
  test('its self link names only what was understood', async () => {
    const bundle = await search('Patient?shoe=43&gender=male&birthdate=lt1985&_sort=-birthdate')
    const self = new URL(bundle.link?.find(({ relation }) => relation === 'self')?.url ?? '')
    expect([...self.searchParams]).toEqual([
      ['gender', 'male'],
      ['birthdate', 'lt1985'],
      ['_sort', '-birthdate'],
    ])
  })
})

describe('a result includes', () => {
  test.each([
    ['Observation?_id=hr1&_include=Observation:subject', ['ana']],
    ['Observation?_id=hr1&_include=Observation:subject&_include=Observation:performer', ['ana', 'gp']],
    ['Observation?_id=hr1&_include=Observation:subject:Group', []],
    [
      'Observation?_id=hr1&_include=Observation:subject&_include:iterate=Patient:organization',
      ['ana', 'north'],
    ],
    ['Observation?_id=of-obs&_include=Observation:derived-from', ['hr1']],
    ['Patient?_id=ana&_revinclude=Observation:subject', ['bp1', 'hr1']],
    ['Patient?_id=ana&_revinclude=Observation:subject&_revinclude=Encounter:patient', ['bp1', 'hr1', 'stay']],
    ['Patient?_id=bob&_revinclude=Encounter:patient', []],
  ])('%s', async (url, expected) => {
    expect(idsOf(await search(url), 'include').sort()).toEqual(expected)
  })
})

describe('a result is cut to size', () => {
  test('by _elements, and says so', async () => {
    const { entry } = await search('Patient?_id=ana&_elements=birthDate')
    expect(Object.keys(entry?.[0]?.resource ?? {}).sort()).toEqual([
      'birthDate',
      'id',
      'meta',
      'resourceType',
    ])
    expect(entry?.[0]?.resource?.meta?.tag?.[0]?.code).toBe('SUBSETTED')
  })
})

describe('what changed is found as it is now', () => {
  test('an update moves it, a deletion removes it', async () => {
    const repo = t.record.repository(systemAccess)
    await repo.updateResource({ resourceType: 'Patient', id: 'moves', name: [{ family: 'Before' }] })
    await repo.updateResource({ resourceType: 'Patient', id: 'moves', name: [{ family: 'After' }] })
    expect(idsOf(await search('Patient?family=before'))).toEqual([])
    expect(idsOf(await search('Patient?family=after'))).toEqual(['moves'])
    await repo.deleteResource('Patient', 'moves')
    expect(idsOf(await search('Patient?family=after'))).toEqual([])
    expect(await t.db.query("SELECT 1 FROM search_string WHERE exact IN ('Before', 'After')")).toEqual([])
  })
})

describe('$everything', () => {
  test('is the patient, their resources and the people and places named', async () => {
    const bundle = await search('Patient/ana/$everything')
    expect(idsOf(bundle).sort()).toEqual([
      'ana',
      'bp1',
      'copd',
      'gp',
      'hr1',
      'monitor',
      'north',
      'risk',
      'stay',
    ])
  })
})
