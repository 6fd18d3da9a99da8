import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { systemClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { crashTime, crashValue } from './crash-reading.ts'
import { createTelemetry, telemetryMigrations } from './index.ts'

const child = fileURLToPath(new URL('./crash-child.ts', import.meta.url))

/** Starts a writer, kills it a while after its first acknowledgement, and answers what it acknowledged. */
function killedWriter(
  url: string,
  first: number,
  afterMs: number,
): Promise<readonly (readonly [number, number])[]> {
  return new Promise((done, fail) => {
    const victim = spawn(process.execPath, [child, url, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    let armed = false
    victim.stdout.on('data', (text: Buffer) => {
      output += text.toString()
      if (armed) return
      armed = true
      setTimeout(() => victim.kill('SIGKILL'), afterMs)
    })
    victim.once('error', fail)
    victim.once('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return fail(new Error(`the writer ended by itself: ${output.slice(-200)}`))
      const lines = output
        .slice(0, output.lastIndexOf('\n') + 1)
        .split('\n')
        .slice(0, -1)
      done(lines.map((line) => line.split(' ').map(Number) as [number, number]))
    })
  })
}

/** As many more as are asked for, spread over a second. */
const more = Number(process.env['VITALWIRE_KILLS'] ?? 0)
const momentsMs = [5, 60, 140, 250, ...Array.from({ length: more }, (_, i) => (i * 389) % 1_000)]

describe('a writer killed at any moment', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
  })
  afterAll(() => db.drop())

  it('has every acknowledged reading stored exactly once, with its own value', {
    timeout: 60_000 + momentsMs.length * 5_000,
  }, async () => {
    const acknowledged = new Set<number>()
    let first = 0
    for (const afterMs of momentsMs) {
      const ranges = await killedWriter(db.url, first, afterMs)
      for (const [from, to] of ranges) for (let n = from; n < to; n++) acknowledged.add(n)
      // The next one begins a little earlier: it sends again what was stored, as a device does.
      first = Math.max(0, Math.max(...ranges.map(([from]) => from)) - 200)
    }
    const telemetry = await createTelemetry({
      db,
      clock: systemClock,
      log: silentLog,
      metrics: new Registry(),
    })
    const series = telemetry.knownSeriesId('p', 'd', 'spo2')!
    for (const step of [async () => {}, () => telemetry.compactOnce({ all: true })]) {
      await step()
      const found = await telemetry.range(series, 0 as never, (2 ** 52) as never)
      const stored = new Map(Array.from(found.measuredAt, (time, i) => [time, found.value[i]]))
      expect(stored.size).toBe(found.measuredAt.length)
      const wrong = [...acknowledged].filter((n) => stored.get(crashTime(n)) !== crashValue(n))
      expect(wrong).toEqual([])
    }
    expect(acknowledged.size).toBeGreaterThan(100)
    await telemetry.close()
  })
})
