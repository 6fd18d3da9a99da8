import { validateResource } from '@medplum/core'
import type { Bundle, Observation, OperationOutcome, Provenance } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordAccess } from '../../src/record/index.ts'
import { systemAccess } from '../../src/record/index.ts'
import { batchOf } from '../../src/telemetry/test-batch.ts'
import { observationWard } from '../observation-ward.ts'
import { permitFor } from '../permits.ts'

const start = Date.UTC(2026, 0, 1) * 1_000
const minute = 60_000_000

let ward: Awaited<ReturnType<typeof observationWard>>
const series: Record<string, number> = {}

beforeAll(async () => {
  ward = await observationWard()
  const { telemetry, repository } = ward
  await repository.updateResource({
    resourceType: 'Patient',
    id: 'ana',
    name: [{ family: 'Lovelace' }],
    identifier: [{ system: 'urn:mrn', value: '17' }],
  })
  await repository.updateResource({ resourceType: 'Device', id: 'mon' })
  for (const metric of ['heart-rate', 'spo2', 'systolic-bp', 'diastolic-bp', 'ecg-ii']) {
    series[metric] = await telemetry.seriesId('ana', 'mon', metric)
  }
  series['other'] = await telemetry.seriesId('bob', 'mon-2', 'heart-rate')
  for (let i = 0; i < 10; i++) {
    await telemetry.append(
      batchOf([
        [series['heart-rate']!, start + i * minute, 60 + i],
        [series['spo2']!, start + i * minute, i === 5 ? Number.NaN : 97, i === 5 ? 10 : 0],
        [series['other']!, start + i * minute, 90],
      ]),
    )
  }
  await telemetry.append(
    batchOf([
      [series['systolic-bp']!, start, 120],
      [series['diastolic-bp']!, start, 80],
    ]),
  )
  await telemetry.appendWaveforms([
    {
      series: series['ecg-ii']!,
      startAt: start as never,
      receivedAt: (start + 4_000) as never,
      rateHz: 250,
      scale: 0.005,
      offset: -1,
      samples: Int16Array.from([0, 200, -200]),
    },
  ])
  await telemetry.compactOnce({ all: true })
  ward.pass(60_000_000)
  await telemetry.append(batchOf([[series['heart-rate']!, start + 3 * minute, 99]]))
})
afterAll(() => ward?.close())

const matches = (bundle: Bundle, mode = 'match') =>
  (bundle.entry ?? []).filter((entry) => entry.search?.mode === mode).map((entry) => entry.resource!)
const idOf = async (query: string): Promise<string> =>
  matches((await ward.get(`Observation?${query}`)).json)[0]!.id!

describe('what a FHIR client gets', () => {
  it.each([
    ['a value', 'code=8867-4&_count=1'],
    ['a missing value', 'code=59408-5&date=2026-01-01T00:05:00Z'],
    ['a corrected value', 'code=8867-4&status=amended'],
    ['a waveform', 'code=urn:vitalwire:metric|ecg-ii'],
    ['a blood pressure', 'code=85354-9'],
  ])('is valid FHIR R4 for %s, alone and in its Bundle', async (_, query) => {
    const { json } = await ward.get(`Observation?patient=ana&${query}`)
    expect(matches(json)).toHaveLength(1)
    expect(validateResource(json).filter(({ severity }) => severity === 'error')).toEqual([])
    const [one] = matches(json)
    expect(validateResource(one!).filter(({ severity }) => severity === 'error')).toEqual([])
    expect((await ward.get<Observation>(`Observation/${one!.id}`)).json).toEqual(one)
  })

  it.each([
    ['patient=ana', 23],
    ['subject:Patient.name=lovelace&code=8867-4', 10],
    ['patient.identifier=urn:mrn|17&code=8867-4', 10],
    ['patient.identifier=urn:mrn|18&code=8867-4', 0],
    ['device=Device/mon-2', 10],
    ['patient=ana&value-quantity=gt66', 15],
    ['patient=ana&category=vital-signs&code=8867-4', 10],
    ['code=8867-4&date=ge2026-01-01T00:08:00Z', 4],
    ['patient=ana&_lastUpdated=gt2100-01-01', 0],
  ])('counts %s as it finds it', async (query, expected) => {
    expect(await ward.all(`Observation?${query}&_count=4`)).toHaveLength(expected)
    const { json } = await ward.get(`Observation?${query}&_summary=count`)
    expect(json).toMatchObject({ type: 'searchset', total: expected })
    expect(json).not.toHaveProperty('entry')
  })

  it('sorts by a second rule where the first leaves it open, and says by what it cannot sort', async () => {
    for (const [sort, sign] of [
      ['date,_id', 1],
      ['date,-_id', -1],
    ] as const) {
      const found = await ward.all(`Observation?device=Device/mon&date=2026-01-01T00:02:00Z&_sort=${sort}`)
      const ids = found.map((one) => one.id!)
      expect(ids).toEqual(ids.toSorted((a, b) => sign * (a < b ? -1 : 1)))
    }
    const { status, json } = await ward.get<OperationOutcome>('Observation?patient=ana&_sort=code')
    expect(status).toBe(400)
    expect(JSON.stringify(json.issue)).toContain('Sort by date or _lastUpdated')
    expect((await ward.get('Observation?patient=nobody&_sort=code')).status).toBe(200)
  })

  it('includes patient, subject and device once each', async () => {
    for (const [parameter, expected] of [
      ['Observation:patient', ['Patient/ana']],
      ['Observation:subject', ['Patient/ana']],
      ['Observation:device', ['Device/mon']],
    ] as const) {
      const { json } = await ward.get(`Observation?patient=ana&code=8867-4&_count=3&_include=${parameter}`)
      expect(matches(json)).toHaveLength(3)
      expect(matches(json, 'include').map((one) => `${one.resourceType}/${one.id}`)).toEqual(expected)
    }
  })

  it('leaves out what _elements does not name, and says so', async () => {
    const { json } = await ward.get('Observation?patient=ana&code=8867-4&_count=1&_elements=valueQuantity')
    const [one] = matches(json) as Observation[]
    expect(Object.keys(one!).sort()).toEqual(['id', 'meta', 'resourceType', 'valueQuantity'])
    expect(one!.meta?.tag?.[0]?.code).toBe('SUBSETTED')
  })

  it('reads the versions of a corrected reading one by one and together', async () => {
    const id = await idOf('patient=ana&code=8867-4&status=amended')
    const history = (await ward.get(`Observation/${id}/_history`)).json
    expect(history).toMatchObject({ type: 'history', total: 2 })
    expect(validateResource(history).filter(({ severity }) => severity === 'error')).toEqual([])
    const versions = (history.entry ?? []).map((entry) => entry.resource as Observation)
    expect(versions.map((one) => [one.meta?.versionId, one.valueQuantity?.value])).toEqual([
      ['2', 99],
      ['1', 63],
    ])
    for (const one of versions) {
      const path = `Observation/${id}/_history/${one.meta?.versionId}`
      expect((await ward.get<Observation>(path)).json).toEqual(one)
    }
    expect((await ward.get(`Observation/${id}/_history/3`)).status).toBe(404)
  })
})

describe('who measured', () => {
  it('is told by a Provenance of every kind of Observation', async () => {
    for (const code of ['8867-4', 'urn:vitalwire:metric|ecg-ii', '85354-9']) {
      const id = await idOf(`patient=ana&code=${code}`)
      const { json } = await ward.get(`Provenance?target=Observation/${id}`)
      expect(matches(json)).toHaveLength(1)
      const [one] = matches(json) as Provenance[]
      expect(validateResource(one!).filter(({ severity }) => severity === 'error')).toEqual([])
      expect(one!.target).toEqual([{ reference: `Observation/${id}` }])
      expect(one!.agent.map(({ who }) => who?.reference ?? who?.display)).toEqual([
        'Device/mon',
        'Vitalwire gateway',
      ])
      expect((await ward.get<Provenance>(`Provenance/${one!.id}`)).json).toEqual(one)
    }
  })

  it('says when the first version was received and stored, whatever was said later', async () => {
    const id = await idOf('patient=ana&code=8867-4&status=amended')
    const [first] = (await ward.get(`Observation/${id}/_history`)).json
      .entry!.map((e) => e.resource)
      .reverse()
    const { json } = await ward.get(`Provenance?target=Observation/${id}`)
    expect(matches(json)[0]).toMatchObject({
      occurredDateTime: '2026-01-01T00:03:00.200Z',
      recorded: (first as Observation).issued,
    })
  })

  it('comes with a page of Observations by _revinclude', async () => {
    const { json } = await ward.get('Observation?patient=ana&_count=5&_revinclude=Provenance:target')
    const targets = (matches(json, 'include') as Provenance[]).map((one) => one.target[0]!.reference)
    expect(targets.sort()).toEqual(
      matches(json)
        .map((one) => `Observation/${one.id}`)
        .sort(),
    )
  })

  it.each([
    ['Provenance?patient=ana', 0],
    ['Provenance?target=Observation/t-1-0', 0],
    ['Provenance?target=Observation/$hr&patient=ana&agent=Device/mon', 1],
    ['Provenance?target=Observation/$hr&patient=bob', 0],
    ['Provenance?target=Observation/$hr&recorded=lt2020-01-01', 0],
    ['Provenance?target=Observation/$hr,Observation/$hr', 1],
    ['Provenance?target=Observation/$hr&entity=Observation/x', 0],
    ['Provenance?_id=m-$hr', 1],
  ])('is found by %s %i times', async (query, expected) => {
    const path = query.replaceAll('$hr', await idOf('patient=ana&code=8867-4'))
    expect(await ward.all(path)).toHaveLength(expected)
    expect((await ward.get(`${path}&_summary=count`)).json.total).toBe(expected)
  })

  it('is shown to no one who may not see the reading', async () => {
    const id = await idOf('patient=ana&code=8867-4')
    const bob: RecordAccess = { ...permitFor(['bob']), allows: () => true }
    ward.actAs(bob)
    expect((await ward.get(`Provenance/m-${id}`)).status).toBe(404)
    expect(await ward.all(`Provenance?target=Observation/${id}`)).toEqual([])
    ward.actAs(systemAccess)
  })
})
