import fc from 'fast-check'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { FakeClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { systemRandom } from '../../platform/random.ts'
import { telemetryMigrations } from '../index.ts'
import { createTelemetry, type TelemetryStore } from '../telemetry.ts'
import { batchOf } from '../test-batch.ts'
import { exportPatient } from './export.ts'
import { importPatient } from './import.ts'

const start = Date.UTC(2026, 0, 1) * 1_000
const everything = [0, 2 ** 52] as const

async function openInstance(clock: FakeClock) {
  const db: TestDatabase = await testDatabase([telemetryMigrations])
  const telemetry = await createTelemetry({ db, clock, log: silentLog, metrics: new Registry() })
  const compactAll = () => telemetry.compactOnce({ all: true })
  const shared = { db, clock, compactAll, memory: telemetry.memory }
  return {
    ...{ db, telemetry },
    async exported(patient: string): Promise<string[]> {
      const lines: string[] = []
      const deps = {
        ...{ ...shared, random: systemRandom, settled: () => telemetry.memory.settled() },
        seriesOfPatient: (id: string) => telemetry.seriesOfPatient(id),
      }
      for await (const line of exportPatient(deps, patient)) lines.push(line.slice(0, -1))
      return lines
    },
    imported: (patient: string, lines: readonly string[]) =>
      importPatient(
        { ...shared, seriesId: (p, d, m) => telemetry.seriesId(p, d, m) },
        { patient, by: 'Practitioner/a' },
        asStream(lines),
      ),
  }
}

async function* asStream(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

/** Everything but what names this export. */
const content = (lines: readonly string[]) => lines.slice(1)

const metrics = ['heart-rate', 'spo2', 'ecg-ii']
type Step = typeof scenario extends fc.Arbitrary<readonly (infer T)[]> ? T : never
const scenario = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('samples' as const),
      metric: fc.integer({ min: 0, max: 2 }),
      rows: fc.array(fc.tuple(fc.integer({ min: 0, max: 12_000 }), fc.integer({ min: 0, max: 4 })), {
        minLength: 1,
        maxLength: 30,
      }),
    }),
    fc.record({
      kind: fc.constant('wave' as const),
      second: fc.integer({ min: 0, max: 300 }),
      samples: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }),
    }),
    fc.constant({ kind: 'compact' as const }),
  ),
  { minLength: 1, maxLength: 25 },
)

describe('an export of a patient', () => {
  const clock = new FakeClock(start)
  let here: Awaited<ReturnType<typeof openInstance>>
  let there: Awaited<ReturnType<typeof openInstance>>
  beforeAll(async () => {
    here = await openInstance(clock)
    there = await openInstance(clock)
  })
  afterAll(async () => {
    for (const { telemetry, db } of [here, there]) {
      await telemetry.close()
      await db.drop()
    }
  })

  async function act(telemetry: TelemetryStore, patient: string, step: Step) {
    clock.advanceMs(700)
    if (step.kind === 'compact') return void (await telemetry.compactOnce({ all: true }))
    if (step.kind === 'samples') {
      const series = await telemetry.seriesId(patient, 'd1', metrics[step.metric]!)
      const rows = step.rows.map(
        ([at, value]) => [series, start + at * 1e6, value, value === 3 ? 1 : 0] as const,
      )
      return telemetry.append(batchOf(rows))
    }
    const series = await telemetry.seriesId(patient, 'd2', 'ecg-ii')
    const startAt = (start + step.second * 1e6) as never
    return telemetry.appendWaveforms([
      {
        ...{ series, startAt, receivedAt: start as never, rateHz: 10, scale: 0.5, offset: 1 },
        samples: Int16Array.from(step.samples),
      },
    ])
  }

  async function versionsOf(telemetry: TelemetryStore, patient: string) {
    const series = [...telemetry.seriesOfPatient(patient)].sort((a, b) =>
      `${a.metric} ${a.device}` < `${b.metric} ${b.device}` ? -1 : 1,
    )
    return Promise.all(
      series.map(async ({ id, device, metric }) => ({
        ...{ device, metric, versions: await telemetry.reading.versions(id, ...everything) },
        chunks: (await telemetry.reading.chunks(id, ...everything)).map(({ series: _, ...chunk }) => chunk),
        spans: telemetry.spans(id),
      })),
    )
  }

  it('holds every version with its times, and comes out of the next instance as it went in', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(scenario, async (steps) => {
        const patient = `p${++run}`
        for (const step of steps) await act(here.telemetry, patient, step)
        if (here.telemetry.seriesOfPatient(patient).length === 0) return
        const lines = await here.exported(patient)
        const result = await there.imported(`as-${patient}`, lines)
        expect(result.lines).toBe(lines.length)
        expect(await versionsOf(there.telemetry, `as-${patient}`)).toEqual(
          await versionsOf(here.telemetry, patient),
        )
        expect(content(await there.exported(`as-${patient}`))).toEqual(content(lines))
        await there.imported(`as-${patient}`, lines)
        expect(content(await there.exported(`as-${patient}`))).toEqual(content(lines))
      }),
      { numRuns: 40 },
    )
  })

  it('goes on with the line after the last durable one where it was cut off, and joins what is there already', async () => {
    const series = await here.telemetry.seriesId('long', 'd1', 'spo2')
    const rows = Array.from({ length: 500 }, (_, i) => [series, start + i * 3_600_000_000, i] as const)
    await here.telemetry.append(batchOf(rows))
    const lines = await here.exported('long')
    expect(lines).toHaveLength(503)
    await expect(there.imported('long', lines.slice(0, 450))).rejects.toThrow('Line 451')
    const [half] = await there.db.query("SELECT lines, done FROM telemetry_import WHERE patient = 'long'")
    expect(half).toEqual({ lines: 402, done: false })
    const own = there.telemetry.knownSeriesId('long', 'd1', 'spo2')!
    await there.telemetry.append(batchOf([[own, start + 1, 7]]))
    await there.imported('long', lines)
    const found = await there.telemetry.range(own, start as never, (2 ** 52) as never)
    expect(found.measuredAt).toHaveLength(501)
    expect([found.value[1], found.value.at(-1)]).toEqual([7, 499])
    expect(there.telemetry.latest('long')[0]!.value).toBe(499)
  })

  it.each([
    [
      'a letter of it changed',
      (lines: string[]) => lines.with(2, lines[2]!.replace('"data":"V', '"data":"W')),
      3,
    ],
    ['a line is missing', (lines: string[]) => lines.toSpliced(2, 1), 4],
    ['its end is missing', (lines: string[]) => lines.slice(0, -1), 5],
    ['a line is there twice', (lines: string[]) => lines.toSpliced(2, 0, lines[2]!), 4],
    ['it has no header', (lines: string[]) => lines.slice(1), 1],
    ['something comes after its end', (lines: string[]) => [...lines, lines[1]!], 6],
    ['a line is no JSON', (lines: string[]) => lines.with(1, 'hello'), 2],
    ['it is empty', () => [], 1],
  ] as const)('is refused where %s, and the line is named', async (_, damage, line) => {
    const series = await here.telemetry.seriesId('small', 'd1', 'spo2')
    await here.telemetry.append(
      batchOf([
        [series, start, 97],
        [series, start + 3_600_000_000, 98],
      ]),
    )
    const lines = await here.exported('small')
    expect(lines).toHaveLength(5)
    await expect(there.imported('small', damage(lines))).rejects.toThrow(`Line ${line} of the export`)
  })

  it('of a patient without telemetry is refused', async () => {
    await expect(here.exported('nobody')).rejects.toThrow('no telemetry')
  })
})
