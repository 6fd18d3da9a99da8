import { parseSearchRequest } from '@medplum/core'
import type { Observation } from '@medplum/fhirtypes'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { permitFor } from '../../../tests/permits.ts'
import type { Micros } from '../../kernel/time.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { type RecordAccess, type ResourceFace, systemAccess } from '../../record/model.ts'
import { createTelemetry, observationFace, type TelemetryStore, telemetryMigrations } from '../index.ts'
import { batchOf } from '../test-batch.ts'

const day = Date.UTC(2026, 0, 1) * 1_000
const minute = 60_000_000

describe('the Observation face', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let face: ResourceFace
  const ids: Record<string, number> = {}
  let aheadUs = 0
  const clock: Clock = { ...systemClock, now: () => (systemClock.now() + aheadUs) as Micros }

  const search = async (
    query: string,
    access: RecordAccess = systemAccess,
    page = { skip: 0, limit: 1_000 },
  ) =>
    (await face.search(parseSearchRequest(`Observation?${query}`), access, page)).resources as Observation[]
  const count = (query: string, access: RecordAccess = systemAccess) =>
    face.count(parseSearchRequest(`Observation?${query}`), access)
  const minutes = (found: readonly Observation[]) =>
    found.map((one) => (Date.parse(one.effectiveDateTime!) * 1_000 - day) / minute)

  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    telemetry = await createTelemetry({ db, clock, log: silentLog, metrics: new Registry() })
    face = observationFace({ telemetry, clock: systemClock })
    for (const [name, key] of Object.entries({
      hr: ['p1', 'mon-1', 'heart-rate'],
      spo2: ['p1', 'mon-1', 'spo2'],
      sys: ['p1', 'cuff', 'systolic-bp'],
      dia: ['p1', 'cuff', 'diastolic-bp'],
      other: ['p2', 'mon-2', 'heart-rate'],
      alone: [null, 'mon-3', 'heart-rate'],
      ecg: ['p1', 'mon-1', 'ecg-ii'],
    } as const)) {
      ids[name] = await telemetry.seriesId(key[0], key[1], key[2])
    }
    for (let i = 0; i < 200; i++) {
      await telemetry.append(
        batchOf([
          [ids['hr']!, day + i * minute, 60 + (i % 40)],
          [ids['spo2']!, day + i * minute, i === 5 ? Number.NaN : 97, i === 5 ? 8 : 0],
        ]),
      )
      if (i === 120) await telemetry.compactOnce({ all: true })
    }
    aheadUs = 1_000_000
    await telemetry.append(
      batchOf([
        [ids['hr']!, day + 3 * minute, 99],
        [ids['sys']!, day, 120],
        [ids['dia']!, day, 80],
        [ids['sys']!, day + minute, 125],
        [ids['other']!, day + 500 * minute, 50],
        [ids['alone']!, day + 600 * minute, 51],
      ]),
    )
    await telemetry.appendWaveforms([
      {
        series: ids['ecg']!,
        startAt: day as never,
        receivedAt: day as never,
        rateHz: 250,
        scale: 0.005,
        offset: -1,
        samples: Int16Array.from([0, 200, -200]),
      },
    ])
  })
  afterAll(async () => {
    await telemetry.close()
    await db.drop()
  })

  it('draws a reading with its codes, subject, device, value, unit and times', async () => {
    const [found] = await search('patient=p1&code=http://loinc.org|8867-4&_sort=-date', systemAccess, {
      skip: 0,
      limit: 1,
    })
    expect(found).toMatchObject({
      resourceType: 'Observation',
      status: 'final',
      category: [{ coding: [{ code: 'vital-signs' }] }],
      subject: { reference: 'Patient/p1' },
      device: { reference: 'Device/mon-1' },
      effectiveDateTime: '2026-01-01T03:19:00.000Z',
      valueQuantity: { value: 99, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
      meta: { versionId: '1' },
    })
    expect(found!.code.coding!.map((coding) => `${coding.system}|${coding.code}`)).toEqual([
      'http://loinc.org|8867-4',
      'urn:iso:std:iso:11073:10101|147842',
      'urn:vitalwire:metric|heart-rate',
    ])
    expect(await face.read(found!.id!, systemAccess)).toEqual(found)
  })

  it('pages through everything once, newest first, across journal and blocks', async () => {
    const seen: number[] = []
    for (let skip = 0; skip < 220; skip += 17) {
      seen.push(...minutes(await search('patient=p1&code=8867-4', systemAccess, { skip, limit: 17 })))
    }
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => 199 - i))
    expect(
      minutes(await search('patient=p1&code=8867-4&_sort=date', systemAccess, { skip: 2, limit: 3 })),
    ).toEqual([2, 3, 4])
  })

  it('keeps the older version of a corrected reading in its history', async () => {
    const [found] = await search('patient=p1&code=8867-4&status=amended')
    expect(found).toMatchObject({ status: 'amended', valueQuantity: { value: 99 }, meta: { versionId: '2' } })
    const history = (await face.history(found!.id!, systemAccess)) as Observation[]
    expect(history.map((one) => [one.meta?.versionId, one.valueQuantity?.value, one.status])).toEqual([
      ['2', 99, 'amended'],
      ['1', 63, 'final'],
    ])
  })

  it('says why a value is missing', async () => {
    const [found] = await search('patient=p1&code=59408-5&date=2026-01-01T00:05:00Z')
    expect(found).toMatchObject({ dataAbsentReason: { coding: [{ code: 'error' }] } })
    expect(found).not.toHaveProperty('valueQuantity')
  })

  it('draws a waveform as SampledData with the integers of the device', async () => {
    const [found] = await search('patient=p1&code=urn:vitalwire:metric|ecg-ii')
    expect(found!.valueSampledData).toMatchObject({
      period: 4,
      factor: 0.005,
      dimensions: 1,
      data: '0 200 -200',
    })
    expect(found!.valueSampledData!.origin.value).toBe(-1)
    expect(await face.read(found!.id!, systemAccess)).toEqual(found)
  })

  it('draws a blood pressure as one panel where both values of one moment are there', async () => {
    const found = await search('patient=p1&code=http://loinc.org|85354-9')
    expect(found).toHaveLength(1)
    expect(found[0]!.component!.map((part) => part.valueQuantity?.value)).toEqual([120, 80])
    expect(await face.read(found[0]!.id!, systemAccess)).toEqual(found[0])
    expect(await count('patient=p1&code=85354-9')).toBe(1)
  })

  it.each([
    ['patient=p1&code=8867-4', 200],
    ['subject=Patient/p1&code=8867-4,59408-5', 400],
    ['subject:Patient=p1&code=urn:iso:std:iso:11073:10101|147842', 200],
    ['patient=p1&code=http://snomed.info/sct|8867-4', 0],
    ['patient=p1', 404],
    ['code=8867-4', 202],
    ['subject=Device/mon-3', 1],
    ['device=Device/mon-2', 1],
    ['patient=p1&code=8867-4&date=2026-01-01T01', 0],
    ['patient=p1&code=8867-4&date=2026-01-01', 200],
    ['patient=p1&code=8867-4&date=ge2026-01-01T01:00:00Z&date=lt2026-01-01T02:00:00Z', 60],
    ['patient=p1&code=8867-4&date=gt2026-01-01T01:00:00Z&date=le2026-01-01T02:00:00Z', 60],
    ['patient=p1&code=8867-4&date=ne2026-01-01T01:00:00Z', 199],
    ['patient=p1&code=8867-4&date=sa2026-01-01', 0],
    ['patient=p1&code=8867-4&value-quantity=gt95', 21],
    ['patient=p1&combo-code=8867-4&combo-value-quantity=gt95', 21],
    ['patient=p1&code=8867-4&value-quantity=99|http://unitsofmeasure.org|/min', 6],
    ['patient=p1&code=8867-4&value-quantity=99|http://unitsofmeasure.org|{beats}/min', 6],
    ['patient=p1&code=8867-4&value-quantity=99||mm', 0],
    ['patient=p1&category=vital-signs&code=8867-4', 200],
    ['patient=p1&category=laboratory', 0],
    ['patient=p1&status=amended', 1],
    ['patient=p1&_lastUpdated=lt2020-01-01', 0],
    ['patient=p1&code=8867-4&_lastUpdated=gt2020-01-01', 200],
    ['patient=p1&performer=Practitioner/x', 0],
    ['patient=p1&code:text=heart', 0],
    ['patient=Group/p1', 0],
    ['_id=t-1-0', 0],
  ])('finds by %s exactly %i, and counts them', async (query, expected) => {
    expect(await search(query)).toHaveLength(expected)
    expect(await count(query)).toBe(expected)
  })

  it('finds by id together with other filters', async () => {
    const found = await search('patient=p1&code=8867-4', systemAccess, { skip: 5, limit: 3 })
    const list = found.map((one) => one.id).join(',')
    expect(await search(`_id=${list}`)).toEqual(found)
    expect(await count(`_id=${list}`)).toBe(3)
    expect(await search(`_id=${list}&patient=p2`)).toEqual([])
  })

  it('sorts by when it was stored', async () => {
    const found = await search('patient=p1&code=8867-4&_sort=-_lastUpdated', systemAccess, {
      skip: 0,
      limit: 1,
    })
    expect(minutes(found)).toEqual([3])
  })

  it('answers a search without a patient with the newest of all', async () => {
    expect(minutes(await search('code=8867-4', systemAccess, { skip: 0, limit: 3 }))).toEqual([600, 500, 199])
  })

  it('shows nobody what is not theirs', async () => {
    const own: RecordAccess = { ...permitFor(['p2']), allows: () => true }
    const [foreign] = await search('patient=p1&code=8867-4')
    expect(await face.read(foreign!.id!, own)).toBeUndefined()
    expect(await face.history(foreign!.id!, own)).toEqual([])
    expect(await search('patient=p1', own)).toEqual([])
    expect(await count('', own)).toBe(1)
    expect(await search(`_id=${foreign!.id}`, own)).toEqual([])
    const none: RecordAccess = { ...systemAccess, allows: () => false }
    expect(await search('patient=p1', none)).toEqual([])
    expect(await count('patient=p1', none)).toBe(0)
  })

  it('owns only ids of its own form', () => {
    expect(['t-1-0', 'w-a-zz', 'p-3-1'].map((id) => face.owns(id))).toEqual([true, true, true])
    expect(['t-0-1', 't-1-01', 'x-1-1', 't-1', 't-1-1-1', 'T-1-1'].some((id) => face.owns(id))).toBe(false)
  })
})
