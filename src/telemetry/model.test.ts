/**
 * The store against a plain map: random appends, duplicates, corrections, withdrawals, late data, compaction and re-opening, and
 * after every step what is read must be what the map holds.
 */
import fc from 'fast-check'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { systemClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { createTelemetry, quality, type TelemetryStore, telemetryMigrations } from './index.ts'
import { samplePeriod } from './periods.ts'
import { hourUs } from './rollups/rollup.ts'
import { journalKind } from './store/journal-store.ts'
import { batchOf } from './test-batch.ts'
import { isWithdrawn } from './versions.ts'

/** Many more where it is asked for: `VITALWIRE_MODEL_RUNS=1000`. */
const runs = Number(process.env['VITALWIRE_MODEL_RUNS'] ?? 25)

type Row = readonly [series: number, slot: number, value: number, quality: number]
type Step =
  | { readonly do: 'append'; readonly batches: readonly (readonly Row[])[] }
  | { readonly do: 'repeat' }
  | { readonly do: 'compact' }
  | { readonly do: 'reopen' }

const slots = 40
const start = Date.UTC(2026, 0, 1, 0, 55) * 1_000
/** Slots span four periods, so that blocks meet late data and their own borders. */
const timeOf = (slot: number) => start + Math.floor((slot * samplePeriod) / 10)

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.nat(2),
  fc.nat(slots - 1),
  fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(Number.NaN, -0, 36.6)),
  fc.constantFrom(0, 0, 0, 1, quality.enteredInError),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      batches: fc.array(fc.array(row, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'repeat' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'compact' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
)

describe('telemetry is a map from series and time to the last value said', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let told: string[] = []
  const open = async () => {
    telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
    telemetry.onStored({
      samples(batch) {
        for (let i = 0; i < batch.count; i++)
          told.push(`${batch.series[i]}/${batch.measuredAt[i]}/${batch.value[i]}`)
      },
    })
  }
  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    await open()
  })
  afterAll(async () => {
    await telemetry.close()
    await db.drop()
  })
  let run = 0

  it('whatever is appended, repeated, corrected, late, compacted or re-opened', {
    timeout: 60_000 + runs * 2_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const patient = `p${++run}`
        const ids = await Promise.all(
          ['a', 'b', 'c'].map((device) => telemetry.seriesId(patient, device, 'spo2')),
        )
        const model = ids.map(() => new Map<number, { value: number; quality: number }[]>())
        let last: readonly (readonly Row[])[] = []
        const append = async (batches: readonly (readonly Row[])[]) => {
          let changes = 0
          for (const batch of batches) for (const one of batch) changes += learn(model, one)
          told = []
          await Promise.all(
            batches.map((batch) =>
              telemetry.append(
                batchOf(batch.map(([s, slot, value, q]) => [ids[s]!, timeOf(slot), value, q])),
              ),
            ),
          )
          expect(told.length).toBe(changes)
        }
        for (const one of steps) {
          if (one.do === 'append') {
            last = one.batches
            await append(last)
          } else if (one.do === 'repeat') {
            await append(last.map((batch) => batch.slice(-1)).slice(-1))
          } else if (one.do === 'compact') await telemetry.compactOnce({ all: true })
          else {
            await telemetry.close()
            await open()
          }
          for (const [s, series] of ids.entries()) await compare(telemetry, series, model[s]!)
        }
      }),
      { numRuns: runs },
    )
  })
})

/** Answers 1 where it is news. */
function learn(
  model: readonly Map<number, { value: number; quality: number }[]>[],
  [s, slot, value, bits]: Row,
): number {
  const time = timeOf(slot)
  const versions = model[s]!.get(time) ?? []
  const last = versions.at(-1)
  const isSame = (one: { value: number; quality: number }) =>
    Object.is(one.value, value) && one.quality === bits
  if (last && isSame(last)) return 0
  // What was withdrawn does not come back by being sent again.
  if (last && isWithdrawn(last.quality) && !isWithdrawn(bits) && versions.some(isSame)) return 0
  model[s]!.set(time, [...versions, { value, quality: bits }])
  return isWithdrawn(bits) ? 0 : 1
}

async function compare(
  telemetry: TelemetryStore,
  series: number,
  model: ReadonlyMap<number, readonly { value: number; quality: number }[]>,
): Promise<void> {
  const expected = [...model].sort((a, b) => a[0] - b[0])
  const standing = expected.filter(([, versions]) => !isWithdrawn(versions.at(-1)!.quality))
  const found = await telemetry.range(series, 0 as never, (2 ** 52) as never)
  expect([...found.measuredAt]).toEqual(standing.map(([time]) => time))
  expect([...found.value]).toEqual(standing.map(([, versions]) => versions.at(-1)!.value))
  expect([...found.quality]).toEqual(standing.map(([, versions]) => versions.at(-1)!.quality))
  const all = await telemetry.reading.versions(series, 0, 2 ** 52)
  expect([...all.value]).toEqual(expected.flatMap(([, versions]) => versions.map((one) => one.value)))
  const [from, to] = [timeOf(7), timeOf(29)]
  const inside = expected.filter(([time]) => time >= from && time < to)
  const part = await telemetry.range(series, from as never, to as never)
  const insideStanding = standing.filter(([time]) => time >= from && time < to)
  expect([...part.measuredAt]).toEqual(insideStanding.map(([time]) => time))
  expect(await telemetry.reading.count(journalKind.samples, [series], from, to)).toBe(inside.length)
  const hours = await telemetry.reading.rollups(series, hourUs, from, to, [])
  expect(hours.readings.reduce((sum, one) => sum + one, 0)).toBe(insideStanding.length)
  const newest = await telemetry.reading.newest(series, to, 3)
  const before = expected.filter(([time]) => time < to).slice(-3)
  expect([...new Set(newest.measuredAt)].slice(-3)).toEqual(before.map(([time]) => time))
  const latest = telemetry.latest(telemetry.series(series)!.patient!)[0]
  const last = standing.at(-1)
  if (last) expect(latest!.measuredAt).toBeGreaterThanOrEqual(last[0])
  if (latest?.series.id === series) {
    expect([latest.measuredAt, latest.value]).toEqual([last?.[0], last?.[1].at(-1)?.value])
  }
}
