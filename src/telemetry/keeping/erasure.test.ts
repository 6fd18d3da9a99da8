import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { decodeJournalSamples } from '../codec/journal-samples.ts'
import { decodeJournalWaveforms } from '../codec/waveforms.ts'
import { telemetryMigrations } from '../index.ts'
import { rollupRows } from '../rollups/rollup-rows.ts'
import { readJournal } from '../store/journal-store.ts'
import { createTelemetry, type TelemetryStore } from '../telemetry.ts'
import { batchOf } from '../test-batch.ts'
import { createErasure, type Erasure } from './erasure.ts'
import { createHolds } from './holds.ts'

const child = fileURLToPath(new URL('./erasure-child.ts', import.meta.url))
const start = Date.UTC(2026, 0, 1) * 1_000
const second = 1_000_000
const everything = [0 as never, (2 ** 52) as never] as const
const metrics = ['heart-rate', 'spo2', 'respiratory-rate']
const order = { patient: 'gone', reason: 'asked for it', by: 'Practitioner/a' }

describe('erasing a patient', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let erasure: Erasure
  const open = async () => {
    telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
    erasure = createErasure({
      ...{ db, clock: systemClock, log: silentLog, derived: rollupRows, memory: telemetry.memory },
      compactAll: () => telemetry.compactOnce({ all: true }),
      deleted() {},
    })
  }
  beforeEach(async () => {
    db = await testDatabase([telemetryMigrations])
    await open()
  })
  afterEach(async () => {
    await telemetry.close()
    await db.drop()
  })

  const seriesOf = (patient: string, device = 'd1') =>
    Promise.all(metrics.map((metric) => telemetry.seriesId(patient, device, metric)))
  const send = (series: readonly number[], from: number, count: number) =>
    telemetry.append(
      batchOf(
        Array.from({ length: count }, (_, i) =>
          series.map((id) => [id, start + (from + i) * second, ((from + i) * id) % 997] as const),
        ).flat(),
      ),
    )
  const sendWaves = (series: number, from: number) =>
    telemetry.appendWaveforms([
      {
        ...{ series, startAt: (start + from * second) as never, receivedAt: start as never },
        ...{
          rateHz: 100,
          scale: 1,
          offset: 0,
          samples: Int16Array.from({ length: 100 }, (_, i) => i * from),
        },
      },
    ])
  const count = async (series: number) => (await telemetry.range(series, ...everything)).measuredAt.length

  /** Every table of telemetry that has a column `series`, and every payload of the journal. */
  async function whereItIs(series: readonly number[]): Promise<string[]> {
    const found: string[] = []
    const tables = await db.query<{ table: string }>(
      `SELECT table_name AS "table" FROM information_schema.columns WHERE column_name = 'series'
       AND table_name LIKE 'telemetry%' AND table_name NOT IN ('telemetry_deletion', 'telemetry_erasure')`,
    )
    expect(tables.length).toBeGreaterThanOrEqual(3)
    for (const { table } of tables) {
      const rows = await db.query(`SELECT 1 FROM ${table} WHERE series = ANY($1::int[])`, [series])
      if (rows.length > 0) found.push(table)
    }
    if ((await db.query('SELECT 1 FROM telemetry_series WHERE id = ANY($1::int[])', [series])).length > 0)
      found.push('telemetry_series')
    const wanted = new Set(series)
    for (const entry of await readJournal(db, 0, { rows: 1e6, samples: 1e9 })) {
      const ids =
        entry.kind === 0
          ? [...decodeJournalSamples(entry.payload!).series]
          : decodeJournalWaveforms(entry.payload!).map((chunk) => chunk.series)
      if (ids.some((id) => wanted.has(id))) found.push(`journal ${entry.id}`)
    }
    return found
  }

  /** The bytes of the tables' files as they are on disk. */
  async function filesHold(payload: Buffer): Promise<boolean> {
    await db.query('CHECKPOINT')
    const files = await db.query<{ content: Buffer }>(
      `SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) AS content FROM pg_class c
       WHERE c.relkind IN ('r', 't') AND (c.relname LIKE 'telemetry%' OR c.oid IN
         (SELECT reltoastrelid FROM pg_class WHERE relname LIKE 'telemetry%'))`,
    )
    return files.some(({ content }) => content.includes(payload))
  }

  it('leaves nothing of the series in any table, in the files or in memory, and everyone else untouched', async () => {
    const gone = await seriesOf('gone')
    const other = await seriesOf('other')
    await send(gone, 0, 5_000)
    await send(other, 0, 5_000)
    await sendWaves(gone[0]!, 7)
    await sendWaves(other[0]!, 7)
    await telemetry.compactOnce({ all: true })
    const [block] = await db.query<{ payload: Buffer }>(
      'SELECT payload FROM telemetry_block WHERE series = $1',
      [gone[0]],
    )
    await send([...gone, ...other], 5_000, 50)
    await sendWaves(gone[0]!, 11)
    expect(await filesHold(block!.payload)).toBe(true)
    const begun = await erasure.begin(order)
    expect([telemetry.latest('gone'), telemetry.seriesOfPatient('gone')]).toEqual([[], []])
    const done = await erasure.run(begun)
    expect(done).toMatchObject({ state: 'done', files: 'rewritten', readings: 3 * 5_050 + 2, series: gone })
    expect(await whereItIs(gone)).toEqual([])
    expect(await filesHold(block!.payload)).toBe(false)
    expect(gone.map((id) => telemetry.spans(id))).toEqual([[], [], []])
    for (const id of other) expect(await count(id)).toBe(5_050)
    expect(await telemetry.waveform(other[0]!, ...everything)).toHaveLength(1)
    await telemetry.close()
    await open()
    expect(telemetry.seriesOfPatient('gone')).toEqual([])
    for (const id of other) expect(await count(id)).toBe(5_050)
  })

  it('waits for whoever still sees what was deleted before it cleans the files', async () => {
    const series = await seriesOf('gone')
    await send(series, 0, 100)
    await telemetry.compactOnce({ all: true })
    const [block] = await db.query<{ payload: Buffer }>('SELECT payload FROM telemetry_block LIMIT 1')
    const reader = await db.connect()
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await reader.query('SELECT count(*) FROM telemetry_block')
    const done = erasure.run(await erasure.begin(order))
    while (telemetry.seriesOfPatient('gone').length + (await whereItIs(series)).length > 0);
    expect((await erasure.list(1))[0]).toMatchObject({ state: 'running' })
    await reader.query('COMMIT')
    expect(await done).toMatchObject({ state: 'done', files: 'rewritten' })
    expect(await filesHold(block!.payload)).toBe(false)
    await reader.end()
  })

  it('refuses readings for a series that was erased meanwhile, and begins a new one when they are sent again', async () => {
    const before = await seriesOf('gone')
    await send(before, 0, 10)
    await erasure.run(await erasure.begin(order))
    await expect(send(before, 10, 10)).rejects.toThrow('erased meanwhile')
    await expect(sendWaves(before[0]!, 10)).rejects.toThrow('erased meanwhile')
    const after = await seriesOf('gone')
    expect(after.filter((id) => before.includes(id))).toEqual([])
    await send(after, 10, 10)
    expect(await count(after[0]!)).toBe(10)
    await telemetry.close()
    await open()
    expect(await count(after[0]!)).toBe(10)
  })

  it('erases everything acknowledged before it, while readings of everyone arrive and compaction runs', async () => {
    const other = await seriesOf('other')
    let at = 0
    let ending = false
    const kept: number[] = []
    const acknowledged = new Map<number, number>()
    const ward = (async () => {
      while (!ending) {
        const from = at++ * 20
        await send(other, from, 20)
        kept.push(from)
        const series = await seriesOf('gone')
        try {
          await send(series, from, 20)
          for (const id of series) acknowledged.set(id, (acknowledged.get(id) ?? 0) + 20)
        } catch (error) {
          expect((error as Error).message).toContain('erased meanwhile')
        }
      }
    })()
    const compaction = (async () => {
      while (!ending) await telemetry.compactOnce({ all: true })
    })()
    const erased: number[] = []
    for (let round = 0; round < 3; round++) {
      while ((await telemetry.latest('gone')).length === 0) await new Promise((next) => setImmediate(next))
      const done = await erasure.run(await erasure.begin(order))
      erased.push(...done.series)
      expect(await whereItIs(done.series)).toEqual([])
    }
    ending = true
    await Promise.all([ward, compaction])
    await telemetry.compactOnce({ all: true })
    expect(await whereItIs(erased)).toEqual([])
    for (const id of other) expect(await count(id)).toBe(kept.length * 20)
    for (const { id } of telemetry.seriesOfPatient('gone')) expect(await count(id)).toBe(acknowledged.get(id))
  })

  it('is refused under a legal hold, which it names, and nothing of it goes', async () => {
    const series = await seriesOf('gone')
    await send(series, 0, 10)
    const holds = createHolds({ db, clock: systemClock })
    const hold = await holds.place({
      patient: 'gone',
      from: null,
      to: null,
      reason: 'inquiry',
      by: 'Practitioner/j',
    })
    await expect(erasure.begin(order)).rejects.toThrow(`hold ${hold.id}, placed by Practitioner/j`)
    expect(await count(series[0]!)).toBe(10)
    await holds.lift(hold.id, 'Practitioner/j', 'closed')
    const begun = await erasure.begin(order)
    await expect(
      holds.place({ patient: 'gone', from: null, to: null, reason: 'late', by: 'Practitioner/j' }),
    ).rejects.toThrow('being erased')
    await erasure.run(begun)
    expect(await whereItIs(series)).toEqual([])
  })

  /** Kills an erasure so long after it said `word`. */
  const killedErasure = (patient: string, word: string, afterMs: number): Promise<void> =>
    new Promise((done, fail) => {
      const victim = spawn(process.execPath, [child, db.url, patient], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      victim.stdout.on('data', (text: Buffer) => {
        const armed = said.includes(word)
        said += text.toString()
        if (!armed && said.includes(word)) systemClock.after(afterMs, () => victim.kill('SIGKILL'))
      })
      victim.once('error', fail)
      victim.once('close', (_code, signal) =>
        signal === 'SIGKILL' ? done() : fail(new Error(`the erasure ended by itself: ${said}`)),
      )
    })

  it.each([
    ['begun', 0],
    ['begun', 40],
    ['deleted', 0],
    ['deleted', 30],
    ['deleted', 200],
  ] as const)('killed when it had %s for %i ms, it is ended by the next process', async (word, afterMs) => {
    const series = await seriesOf('gone')
    const other = await seriesOf('other')
    for (let day = 0; day < 40; day++) await send([...series, ...other], day * 86_400, 40)
    await telemetry.compactOnce({ all: true })
    await send([...series, ...other], 0.5, 40)
    await telemetry.close()
    await killedErasure('gone', word, afterMs)
    await open()
    await erasure.resume()
    expect(telemetry.seriesOfPatient('gone')).toEqual([])
    expect(await whereItIs(series)).toEqual([])
    for (const id of other) expect(await count(id)).toBe(41 * 40)
    const [row] = await erasure.list(10)
    expect(row).toMatchObject({ patient: 'gone', state: 'done', readings: 3 * 41 * 40 })
  })

  it('goes on in the next process where it was cut off after it had begun', async () => {
    const series = await seriesOf('gone')
    await send(series, 0, 100)
    const begun = await erasure.begin(order)
    await telemetry.close()
    await open()
    expect(telemetry.seriesOfPatient('gone')).toEqual([])
    expect(await whereItIs(series)).not.toEqual([])
    expect(await erasure.begin(order)).toEqual(begun)
    await erasure.resume()
    expect(await whereItIs(series)).toEqual([])
    expect(await erasure.find(begun.id)).toMatchObject({ state: 'done', readings: 300 })
    await expect(erasure.find(999)).rejects.toThrow('no such erasure')
  })
})
