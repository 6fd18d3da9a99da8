import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import type { Micros } from '../../kernel/time.ts'
import { quality } from '../../telemetry/model.ts'
import { scoreDevice } from '../engine.ts'
import { monitoringMigrations } from '../index.ts'
import { MonitoringWard } from '../tests/monitoring-ward.ts'
import { oneSample } from '../tests/rule-ward.ts'
import { pastStepUs } from './past-news2.ts'

const minuteUs = 60_000_000
const fine = { spo2: 97, 'pulse-rate': 70, 'respiratory-rate': 16, 'oxygen-flow': 0 }
const poor = { spo2: 90, 'pulse-rate': 115, 'respiratory-rate': 26, 'oxygen-flow': 0 }
let db: TestDatabase
let ward: MonitoringWard

beforeEach(async () => {
  db = await testDatabase([monitoringMigrations])
  ward = new MonitoringWard(db)
  ward.admit('p1', 'monitor-1', 'Monitor')
  await ward.start()
})
afterEach(async () => {
  await ward.monitoring.close()
  await db.drop()
})

/** The newest first, one reading a minute. */
function readOut(values: Readonly<Record<string, number>>, fromMinute: number, toMinute: number): void {
  const now = ward.clock.now()
  for (let minute = fromMinute; minute <= toMinute; minute++) {
    for (const [metric, value] of Object.entries(values)) {
      const series = ward.telemetry.addSeries('p1', 'monitor-1', metric)
      ward.telemetry.store(oneSample(series, now - minute * minuteUs, now, value, quality.good))
    }
  }
}

async function storedScores() {
  const id = ward.telemetry.addSeries('p1', scoreDevice, 'news2')
  return await ward.telemetry.range(id, 0 as Micros, (ward.clock.now() + 1) as Micros)
}
const onSteps = async () => (await storedScores()).measuredAt.filter((at) => at % pastStepUs === 0)
const change = () => ward.monitoring.score('p1')?.changeInHour

describe('a memory that is read out behind the live readings', () => {
  it('gives the change in an hour at once, judges nothing, and leaves the live score as it is', async () => {
    await ward.stream('monitor-1', fine, 5)
    const before = ward.monitoring.score('p1')
    expect(before?.changeInHour).toBeNull()
    const lived = (await storedScores()).measuredAt.length
    readOut(poor, 6, 90)
    await ward.stream('monitor-1', fine, 8)
    expect(change()).toBeNull()
    readOut(poor, 91, 120)
    await ward.stream('monitor-1', fine, 8)
    expect(change()).toBeNull()
    await ward.stream('monitor-1', fine, 4)

    const after = ward.monitoring.score('p1')
    expect(after).toMatchObject({ total: 0, missing: before?.missing, changeInHour: -8 })
    expect(await ward.alarms('p1', ['active', 'latched', 'cleared'])).toEqual([])
    const { measuredAt, value, quality: bits } = await storedScores()
    expect([...value.subarray(0, -lived)]).toEqual(Array(measuredAt.length - lived).fill(8))
    expect(measuredAt.length - lived).toBeGreaterThanOrEqual(23)
    expect(bits[0]).toBe(quality.estimated)
    const last = ward.published.findLast(({ type }) => type === 'score')
    expect(last).toMatchObject({ score: { total: 0, changeInHour: -8 } })
  })

  it('stores no score twice, neither when it comes again nor after a restart', async () => {
    await ward.stream('monitor-1', fine, 5)
    readOut(poor, 6, 120)
    await ward.stream('monitor-1', fine, 12)
    const once = await onSteps()
    expect(once.length).toBeGreaterThanOrEqual(22)
    readOut({ 'body-temperature': 37 }, 6, 120)
    await ward.stream('monitor-1', fine, 12)
    expect(await onSteps()).toEqual(once)
    const told = change()
    await ward.killAndRestart(2)
    await ward.stream('monitor-1', fine, 15)
    expect([told, change()]).toEqual([-8, -8])
    expect(await onSteps()).toEqual(once)
  })

  it('that cannot be looked back to harms nobody, and is looked back to with what comes next', async () => {
    await ward.stream('monitor-1', fine, 5)
    const { telemetry } = ward
    const range = telemetry.range.bind(telemetry)
    telemetry.range = () => Promise.reject(new Error('the disk is away'))
    readOut(poor, 61, 120)
    await ward.stream('monitor-1', fine, 12)
    expect(ward.monitoring.score('p1')).toMatchObject({ total: 0, changeInHour: null })
    telemetry.range = range
    readOut(poor, 121, 130)
    await ward.stream('monitor-1', fine, 12)
    expect(change()).toBe(-8)
  })

  it('is not looked back to where it is a recording of another day, or of no sign that counts', async () => {
    await ward.stream('monitor-1', fine, 5)
    const lived = (await storedScores()).measuredAt.length
    readOut(poor, 26 * 60, 26 * 60 + 30)
    readOut({ 'blood-glucose': 5 }, 6, 60)
    await ward.stream('monitor-1', fine, 12)
    expect((await storedScores()).measuredAt).toHaveLength(lived)
  })
})
