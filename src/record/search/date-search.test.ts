/** The prefixes on real rows, against an evaluator that works on dates as the specification words it. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DateRange, dateRange, periodRange } from '../indexing/date-range.ts'
import { systemAccess } from '../model.ts'
import { type TestRecord, testRecord } from '../testing/record.ts'
import { prefixes } from './values.ts'

let t: TestRecord
beforeAll(async () => {
  t = await testRecord()
})
afterAll(() => t?.close())

const two = (n: number): string => String(n).padStart(2, '0')
/** Few distinct dates, so that they often touch, at every precision and in several zones. */
const day = fc
  .record({
    year: fc.constantFrom(2023, 2024),
    month: fc.constantFrom(1, 2, 12),
    day: fc.constantFrom(1, 2, 28),
  })
  .map((d) => ({
    year: `${d.year}`,
    month: `${d.year}-${two(d.month)}`,
    day: `${d.year}-${two(d.month)}-${two(d.day)}`,
  }))
const time = fc.constantFrom('00:00:00', '00:00:01', '23:59:59', '12:30:00', '12:30:00.250', '12:30:00.5')
const zone = fc.constantFrom('Z', '+02:00', '-05:00')
const fhirDate = fc.oneof(
  day.map((d) => d.year),
  day.map((d) => d.month),
  day.map((d) => d.day),
  fc.tuple(day, time, zone).map(([d, at, offset]) => `${d.day}T${at}${offset}`),
)
/** A search may leave the seconds out. */
const searchDate = fc.oneof(
  fhirDate,
  fc.tuple(day, zone).map(([d, offset]) => `${d.day}T12:30${offset}`),
)
const period = fc.record({
  start: fc.option(fhirDate, { nil: undefined }),
  end: fc.option(fhirDate, { nil: undefined }),
})

const inside = (inner: DateRange, outer: DateRange): boolean =>
  inner.startUs >= outer.startUs && inner.endUs <= outer.endUs
const overlaps = (a: DateRange, b: DateRange): boolean => a.startUs < b.endUs && b.startUs < a.endUs
const above = ({ endUs }: DateRange): DateRange => ({ startUs: endUs, endUs: Number.POSITIVE_INFINITY })
const below = ({ startUs }: DateRange): DateRange => ({ startUs: Number.NEGATIVE_INFINITY, endUs: startUs })

/** https://hl7.org/fhir/R4/search.html#prefix, word for word; `ap` has a margin of its own. */
const meaning: Record<
  Exclude<(typeof prefixes)[number], 'ap'>,
  (target: DateRange, search: DateRange) => boolean
> = {
  eq: (target, search) => inside(target, search),
  ne: (target, search) => !inside(target, search),
  gt: (target, search) => overlaps(target, above(search)),
  lt: (target, search) => overlaps(target, below(search)),
  ge: (target, search) => overlaps(target, above(search)) || inside(target, search),
  le: (target, search) => overlaps(target, below(search)) || inside(target, search),
  sa: (target, search) => inside(target, above(search)),
  eb: (target, search) => inside(target, below(search)),
}

test('every prefix means what the specification says, at every precision', async () => {
  const repo = t.record.repository(systemAccess)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fhirDate, period), { minLength: 1, maxLength: 6 }),
      fc.array(searchDate, { minLength: 1, maxLength: 4 }),
      fc.uuid(),
      async (values, searches, run) => {
        const targets = new Map<string, DateRange>()
        for (const [i, value] of values.entries()) {
          const range = typeof value === 'string' ? dateRange(value) : periodRange(value.start, value.end)
          const effective =
            typeof value === 'string' ? { effectiveDateTime: value } : { effectivePeriod: value }
          if (!range || range.endUs <= range.startUs) continue
          const id = `${run}-${i}`
          await repo.updateResource({
            resourceType: 'Observation',
            id,
            status: 'final',
            code: { text: 'x' },
            identifier: [{ value: run }],
            ...JSON.parse(JSON.stringify(effective)),
          })
          targets.set(id, range)
        }
        for (const text of searches) {
          const search = dateRange(text)
          if (!search) throw new Error(`${text} is no date`)
          for (const prefix of prefixes) {
            if (prefix === 'ap') continue
            const found = await repo.searchResources({
              resourceType: 'Observation',
              filters: [
                { code: 'identifier', operator: 'eq', value: run },
                { code: 'date', operator: prefix, value: text },
              ],
            })
            const expected = [...targets]
              .filter(([, target]) => meaning[prefix](target, search))
              .map(([id]) => id)
            expect([prefix, text, found.map(({ id }) => id).sort()]).toEqual([prefix, text, expected.sort()])
          }
        }
      },
    ),
    { numRuns: 25 },
  )
})

test.each([
  ['2024', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
  ['2024-02', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
  ['2024-12', '2024-12-01T00:00:00Z', '2025-01-01T00:00:00Z'],
  ['2024-02-29', '2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'],
  ['2024-02-29T23:30-01:00', '2024-03-01T00:30:00Z', '2024-03-01T00:31:00Z'],
  ['2024-02-29T10:00:00+14:00', '2024-02-28T20:00:00Z', '2024-02-28T20:00:01Z'],
  ['0900-01-01', '0900-01-01T00:00:00Z', '0900-01-02T00:00:00Z'],
])('%s covers [%s, %s)', (text, start, end) => {
  expect(dateRange(text)).toEqual({ startUs: Date.parse(start) * 1_000, endUs: Date.parse(end) * 1_000 })
})

test.each([
  ['2024-01-01T00:00:00.1Z', 100_000],
  ['2024-01-01T00:00:00.123Z', 1_000],
  ['2024-01-01T00:00:00.123456Z', 1],
  ['2024-01-01T00:00:00.123456789Z', 1],
])('%s covers %i µs', (text, widthUs) => {
  const range = dateRange(text)
  expect((range?.endUs ?? 0) - (range?.startUs ?? 0)).toBe(widthUs)
})

test.each([
  '',
  'today',
  '24-01-01',
  '2024-13',
  '2023-02-29',
  '2024-00',
  '2024-01-32',
  '2024-01-01T10Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01 10:00',
])('%j is no date', (text) => {
  expect(dateRange(text)).toBeUndefined()
})
