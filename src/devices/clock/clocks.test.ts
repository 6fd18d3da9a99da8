import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import type { Micros } from '../../kernel/time.ts'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { devicesMigrations } from '../index.ts'
import { createDeviceClocks, type DeviceClocks } from './clocks.ts'
import { tenthOf } from './epochs.ts'

const start = Date.UTC(2026, 0, 1) * 1_000
const second = 1_000_000

describe('the clock of a device', () => {
  let db: TestDatabase
  let count = 0
  beforeAll(async () => {
    db = await testDatabase([devicesMigrations])
  })
  afterAll(() => db.drop())

  /** A device of its own, and a world around it whose time is set by hand. */
  async function world() {
    const device = `d${++count}`
    await db.query(
      `INSERT INTO device (id, name, profile, simulated, registered_at) VALUES ($1, $1, 'p', false, 0)`,
      [device],
    )
    let now = start
    let fails: 'no' | 'before' | 'after' = 'no'
    const flaky: Database = {
      ...db,
      async query<Row extends object>(text: string, values: readonly unknown[] = []) {
        const failing = text.includes('INSERT') ? fails : 'no'
        if (failing !== 'no') fails = 'no'
        if (failing === 'before') throw new Error('the disk is full')
        const rows = await db.query<Row>(text, values)
        if (failing === 'after') throw new Error('the connection is gone')
        return rows
      },
    }
    const open = () =>
      createDeviceClocks({
        ...{ db: flaky, clock: { ...systemClock, now: () => now as Micros }, log: silentLog },
        lastHeard: new Map(),
      })
    let clocks: DeviceClocks = await open()
    return {
      device,
      get clocks() {
        return clocks
      },
      get now() {
        return now
      },
      pass(us: number) {
        now += us
      },
      async restart() {
        now += second
        clocks = await open()
      },
      fail(when: 'before' | 'after') {
        fails = when
      },
      receive: (newestMeasuredAt: number, deviceTime?: number) =>
        clocks.received({ device, receivedAt: now as Micros, newestMeasuredAt, deviceTime }),
    }
  }

  it('is right of a device that says nothing else, at no cost', async () => {
    const w = await world()
    for (let i = 0; i < 20; i++) {
      w.pass(second)
      expect(w.clocks.stands(w.device, w.now as Micros, w.now - second)).toBe(true)
      expect(w.receive(w.now - second)).toBe(0)
    }
    expect(w.clocks.epochs(w.device)).toEqual([])
    expect(w.clocks.stands(w.device, w.now as Micros, w.now + 3 * second)).toBe(false)
  })

  it.each([
    ['an hour ahead', 3_600],
    ['an hour behind', -3_600],
  ])('is corrected at once where it is declared to be %s, and after a restart', async (_what, skewS) => {
    const w = await world()
    const skew = skewS * second
    w.pass(second)
    expect(await w.receive(w.now + skew, w.now + skew)).toBe(skew)
    w.pass(second)
    expect(await w.receive(w.now + skew)).toBe(skew)
    expect(w.clocks.correction(w.device)).toMatchObject({ offsetUs: skew, basis: 'declared' })
    await w.restart()
    expect(await w.receive(w.now + skew, w.now + skew - second)).toBe(skew)
    expect(w.clocks.epochs(w.device)).toHaveLength(1)
    w.pass(second)
    expect(await w.receive(w.now, w.now + second)).toBe(0)
    expect(w.clocks.correction(w.device)).toBeUndefined()
  })

  it('is inferred where readings come before their time, and kept over a new connection', async () => {
    const w = await world()
    const offsets: number[] = []
    for (let i = 0; i < 12; i++) {
      w.pass(2 * second)
      offsets.push(await w.receive(w.now + 240 * second))
    }
    expect(offsets).toEqual([...Array(7).fill(0), ...Array(5).fill(240 * second)])
    w.clocks.connected(w.device)
    await w.restart()
    expect(await w.receive(w.now + 100 * second)).toBe(240 * second)
    expect(w.clocks.correction(w.device)).toMatchObject({ basis: 'inferred' })
  })

  it('does not begin an epoch in a tenth of a second in which something came', async () => {
    const w = await world()
    w.pass(second)
    expect(await w.receive(w.now)).toBe(0)
    expect(await w.receive(w.now + 3_600 * second, w.now + 3_600 * second)).toBe(0)
    w.pass(second / 10)
    expect(await w.receive(w.now + 3_600 * second)).toBe(3_600 * second)
  })

  it.each(['before', 'after'] as const)(
    'lets nothing pass until its epoch is durable: failed %s the write',
    async (when) => {
      const w = await world()
      w.pass(second)
      w.fail(when)
      await expect(w.receive(w.now + 60 * second, w.now + 60 * second)).rejects.toThrow()
      expect(w.clocks.correction(w.device)).toBeUndefined()
      w.pass(second)
      expect(await w.receive(w.now)).toBe(60 * second)
      await w.restart()
      expect(w.clocks.epochs(w.device)).toMatchObject([{ offsetUs: 60 * second }])
    },
  )

  const step = fc.record({
    passTenths: fc.constantFrom(0, 1, 5, 20, 50),
    skewS: fc.constantFrom(0, 1, 100, 101.5, 250, -50),
    delayS: fc.constantFrom(0, 0.3, 40),
    act: fc.constantFrom('send', 'send', 'send', 'run', 'declare', 'resend', 'reconnect', 'restart', 'fail'),
  })

  it('lets the time a device gave be found again of every reading, and a reading sent again be the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const w = await world()
        const stored: { raw: number; tenth: number; kept: number }[] = []
        const send = async (raw: number, declared?: number) => {
          const tenth = tenthOf(w.now)
          try {
            stored.push({ raw, tenth, kept: raw - (await w.receive(raw, declared)) })
          } catch {
            // Refused: the device has it still.
          }
        }
        for (const { passTenths, skewS, delayS, act } of steps) {
          w.pass(passTenths * 100_000)
          const raw = w.now + Math.round((skewS - delayS) * second)
          if (act === 'send') await send(raw)
          if (act === 'declare') await send(raw, w.now + skewS * second)
          if (act === 'run') {
            for (let i = 0; i < 8; i++) {
              w.pass(2 * second)
              await send(raw + (i + 1) * 2 * second)
            }
          }
          if (act === 'reconnect') w.clocks.connected(w.device)
          if (act === 'restart') await w.restart()
          if (act === 'fail') w.fail(skewS > 100 ? 'before' : 'after')
          const again = stored.at(-1)
          if (act === 'resend' && again) {
            const before = w.clocks.epochs(w.device).length
            const known = w.clocks.epochAt(w.device, again.tenth)?.id
            await send(again.raw)
            const now = w.clocks.epochAt(w.device, tenthOf(w.now))?.id
            if (before === w.clocks.epochs(w.device).length && known === now) {
              expect(stored.at(-1)!.kept).toBe(again.kept)
            }
          }
        }
        await w.restart()
        for (const { raw, tenth, kept } of stored) {
          expect(kept + (w.clocks.epochAt(w.device, tenth)?.offsetUs ?? 0)).toBe(raw)
        }
        const offsets = [0, ...w.clocks.epochs(w.device).map(({ offsetUs }) => offsetUs)]
        for (let i = 1; i < offsets.length; i++) {
          expect(Math.abs(offsets[i]! - offsets[i - 1]!)).toBeGreaterThan(2 * second)
        }
      }),
      { numRuns: 60 },
    )
  })
})
