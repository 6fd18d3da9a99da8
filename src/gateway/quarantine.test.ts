import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { FakeClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { createQuarantine, gatewayMigrations, gatewayProblem, type Quarantine } from './index.ts'
import { quarantineLimits } from './quarantine.ts'

describe('quarantine', () => {
  let db: TestDatabase
  let clock: FakeClock
  let quarantine: Quarantine
  const open = () => createQuarantine({ db, clock, log: silentLog })
  beforeEach(async () => {
    db = await testDatabase([gatewayMigrations])
    clock = new FakeClock()
    quarantine = await open()
  })
  afterEach(async () => {
    await quarantine.close()
    await db.drop()
  })
  const problem = gatewayProblem('metric-unknown', { what: '“mood”', where: '/3' })
  const keep = (device: string | null, payload: Uint8Array, count = 1) =>
    quarantine.keep({
      ...{ device, protocol: 'mqtt', payload, receivedAt: clock.now() },
      problems: Array.from({ length: count }, () => problem),
    })

  it('keeps bytes and reason, newest first, for one device or all', async () => {
    await keep('d1', Buffer.from('one'))
    await keep('d2', Buffer.from('two'))
    await keep(null, Buffer.from('three'))
    const all = await quarantine.list({ limit: 10 })
    expect(all.map((entry) => [entry.device, Buffer.from(entry.bytes, 'base64').toString()])).toEqual([
      [null, 'three'],
      ['d2', 'two'],
      ['d1', 'one'],
    ])
    expect(await quarantine.list({ device: 'd1', limit: 10 })).toMatchObject([
      {
        ...{
          device: 'd1',
          protocol: 'mqtt',
          code: 'metric-unknown',
          size: 3,
          receivedAt: '2026-01-01T00:00:00.000Z',
        },
        reason: `${problem.message} (at /3)`,
      },
    ])
  })

  it('keeps the first 64 KiB of what is longer, and says how long it was', async () => {
    await keep('d1', Buffer.alloc(100_000, 7))
    const [entry] = await quarantine.list({ limit: 1 })
    expect(entry?.size).toBe(100_000)
    expect(Buffer.from(entry!.bytes, 'base64')).toHaveLength(65_536)
  })

  it('keeps a few rows of a pack that is bad throughout, and counts them all', async () => {
    await keep('d1', Buffer.from('pack'), 10_000)
    expect(await quarantine.list({ limit: 1_000 })).toHaveLength(quarantineLimits.rowsPerDelivery)
    expect(quarantine.summary('d1').count).toBe(10_000)
  })

  it('writes less for a device gone wild, leaves others alone, and forgives in time', async () => {
    for (let i = 0; i < quarantineLimits.burst + 30; i++) await keep('wild', Buffer.of(1))
    await keep('calm', Buffer.of(1))
    expect(await quarantine.list({ device: 'wild', limit: 1_000 })).toHaveLength(quarantineLimits.burst)
    expect(await quarantine.list({ device: 'calm', limit: 1_000 })).toHaveLength(1)
    expect(quarantine.summary('wild').count).toBe(quarantineLimits.burst + 30)
    clock.advanceMs(5_000)
    for (let i = 0; i < 10; i++) await keep('wild', Buffer.of(1))
    expect(await quarantine.list({ device: 'wild', limit: 1_000 })).toHaveLength(quarantineLimits.burst + 5)
  })

  it('keeps the newest thousand of a device, and the count of all through a restart', async () => {
    for (let i = 0; i < 1_100; i++) {
      clock.advanceMs(1_000)
      await keep('d1', Buffer.from(String(i)))
    }
    const kept = await quarantine.list({ device: 'd1', limit: 2_000 })
    expect(kept.length).toBeLessThanOrEqual(quarantineLimits.rowsPerDevice + 50)
    expect(kept.length).toBeGreaterThanOrEqual(quarantineLimits.rowsPerDevice)
    expect(Buffer.from(kept[0]!.bytes, 'base64').toString()).toBe('1099')
    const before = quarantine.summary('d1')
    expect(before.count).toBe(1_100)
    await quarantine.close()
    quarantine = await open()
    expect(quarantine.summary('d1')).toEqual(before)
  })

  it('knows nothing of a device that sent nothing wrong', () => {
    expect(quarantine.summary('d1')).toEqual({ count: 0, last: null })
  })
})
