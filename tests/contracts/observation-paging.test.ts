import type { Observation } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { microsFromIso } from '../../src/kernel/time.ts'
import { batchOf } from '../../src/telemetry/test-batch.ts'
import { observationWard } from '../observation-ward.ts'

const start = Date.UTC(2026, 0, 1) * 1_000
const second = 1_000_000
const hour = 3_600 * second

let ward: Awaited<ReturnType<typeof observationWard>>
beforeAll(async () => {
  ward = await observationWard()
})
afterAll(() => ward?.close())

const measured = (one: Observation): number => microsFromIso(one.effectiveDateTime!)!
const updated = (one: Observation): number => microsFromIso(one.meta!.lastUpdated!)!

const document = (patient: string, at: number): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: new Date(at / 1_000).toISOString(),
})

const steps = fc.array(
  fc.record({
    what: fc.constantFrom('reading' as const, 'reading' as const, 'document' as const, 'compaction' as const),
    place: fc.nat(7),
    series: fc.nat(2),
  }),
  { minLength: 1, maxLength: 25 },
)

let patients = 0

/** Writes a mixture for a patient of its own; answers how many Observations that makes. */
async function mixture(patient: string, drawn: readonly { what: string; place: number; series: number }[]) {
  const keys = new Set<string>()
  let documents = 0
  for (const { what, place, series } of drawn) {
    const at = start + place * 1_300 * second
    ward.pass(70_000)
    if (what === 'compaction') await ward.telemetry.compactOnce({ all: true })
    else if (what === 'document') {
      await ward.repository.createResource(document(patient, at))
      documents++
    } else {
      const id = await ward.telemetry.seriesId(patient, `mon-${series}`, 'heart-rate')
      await ward.telemetry.append(batchOf([[id, at, 60 + keys.size]]))
      keys.add(`${id} ${at}`)
    }
  }
  return keys.size + documents
}

describe('one result out of documents and telemetry', () => {
  it.each([
    ['-date', (a: Observation, b: Observation) => measured(b) - measured(a)],
    ['date', (a: Observation, b: Observation) => measured(a) - measured(b)],
    ['_lastUpdated', (a: Observation, b: Observation) => updated(a) - updated(b)],
    ['-_lastUpdated', (a: Observation, b: Observation) => updated(b) - updated(a)],
  ] as const)('is paged by %s without a gap or a repeat, whatever the mixture', async (sort, compare) => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 7 }), async (drawn, count) => {
        const patient = `page-${++patients}`
        const expected = await mixture(patient, drawn)
        const query = `Observation?patient=${patient}&code=8867-4&_sort=${sort}&_count=${count}`
        const found = (await ward.all(query)) as Observation[]
        expect(found).toHaveLength(expected)
        expect(new Set(found.map((one) => one.id)).size).toBe(expected)
        for (const [i, one] of found.entries())
          if (i > 0) expect(compare(found[i - 1]!, one)).toBeLessThanOrEqual(0)
        expect((await ward.get(`${query}&_summary=count`)).json.total).toBe(expected)
      }),
      { numRuns: 12 },
    )
  })

  it.each(['-date', 'date'])('is paged by %s without a gap or a repeat while readings come', async (sort) => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 5 }), async (drawn, count) => {
        const patient = `busy-${++patients}`
        await mixture(patient, drawn)
        const query = `Observation?patient=${patient}&code=8867-4&_sort=${sort}&_count=${count}`
        const before = ((await ward.all(query)) as Observation[]).map((one) => one.id)
        const id = await ward.telemetry.seriesId(patient, 'mon-0', 'heart-rate')
        let turn = 0
        const found = await ward.all(query, async () => {
          if (++turn > 12) return
          await ward.telemetry.append(
            batchOf([
              [id, start + 100 * hour + turn * second, 70],
              [id, start - 100 * hour - turn * second, 70],
            ]),
          )
          if (turn % 2 === 0) await ward.telemetry.compactOnce({ all: true })
        })
        const seen = found.map((one) => one.id)
        expect(seen.filter((one) => before.includes(one))).toEqual(before)
        expect(new Set(seen).size).toBe(seen.length)
      }),
      { numRuns: 6 },
    )
  })

  it('loses none to a client that asks again and again for what came since it last looked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 4 }), async (visits) => {
        const patient = `sync-${++patients}`
        const seen = new Map<string, Observation>()
        let since = new Date(ward.clock.now() / 1_000).toISOString()
        ward.pass(second)
        for (const drawn of visits) {
          await mixture(patient, drawn)
          const query = `Observation?patient=${patient}&_lastUpdated=ge${since}&_sort=_lastUpdated&_count=3`
          for (const one of (await ward.all(query)) as Observation[]) {
            seen.set(one.id!, one)
            since = one.meta!.lastUpdated!
          }
        }
        const all = (await ward.all(`Observation?patient=${patient}`)) as Observation[]
        expect(seen.size).toBe(all.length)
        for (const one of all) expect(seen.get(one.id!)).toEqual(one)
      }),
      { numRuns: 12 },
    )
  })
})

describe('a search for what came lately', () => {
  it('opens only blocks that were added to since', async () => {
    const id = await ward.telemetry.seriesId('long', 'mon', 'heart-rate')
    for (let i = 0; i < 48; i++) await ward.telemetry.append(batchOf([[id, start + i * hour, 60]]))
    await ward.telemetry.compactOnce({ all: true })
    ward.pass(10 * second)
    const since = new Date(ward.clock.now() / 1_000).toISOString()
    ward.pass(second)
    await ward.telemetry.append(batchOf([[id, start + 30 * hour, 61]]))
    await ward.telemetry.append(batchOf([[id, start + 47.5 * hour, 62]]))
    await ward.telemetry.compactOnce({ all: true })
    for (const sort of ['_lastUpdated', '-_lastUpdated', '-date', 'date']) {
      ward.statements.length = 0
      const query = `Observation?patient=long&_lastUpdated=gt${since}&_sort=${sort}`
      const found = (await ward.all(query)) as Observation[]
      expect(found.map((one) => one.valueQuantity?.value).sort()).toEqual([61, 62])
      expect(ward.statements.length).toBeLessThanOrEqual(5)
      expect((await ward.get(`${query}&_summary=count`)).json.total).toBe(2)
    }
  })
})
