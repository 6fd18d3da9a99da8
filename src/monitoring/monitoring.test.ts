import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { permitFor } from '../../tests/permits.ts'
import { systemPermit } from '../kernel/permit.ts'
import { quality } from '../telemetry/model.ts'
import { monitoringMigrations } from './index.ts'
import { MonitoringWard } from './tests/monitoring-ward.ts'
import { oneSample } from './tests/rule-ward.ts'

const nurse = 'Practitioner/nurse-1'
let db: TestDatabase
let ward: MonitoringWard

beforeEach(async () => {
  db = await testDatabase([monitoringMigrations])
  ward = new MonitoringWard(db)
  ward.admit('p1', 'oximeter-1', 'Pulse oximeter')
  await ward.start()
})
afterEach(async () => {
  await ward.monitoring.close()
  await db.drop()
})

const rulesShown = async (patient = 'p1') =>
  (await ward.alarms(patient, ['active', 'latched'])).map(({ rule }) => rule)

async function onlyAlarm(): Promise<string> {
  const alarms = await ward.alarms('p1')
  expect(alarms).toHaveLength(1)
  return alarms[0]!.id
}

describe('a saturation that falls from 97 to 82 for twenty seconds', () => {
  it('raises after the delay and not before, survives kill -9, stays acknowledged, and clears at 97', async () => {
    await ward.stream('oximeter-1', { spo2: 97 }, 5)
    await ward.stream('oximeter-1', { spo2: 82 }, 5)
    expect(await rulesShown()).toEqual([])
    await ward.stream('oximeter-1', { spo2: 82 }, 1)
    const [raised] = await ward.alarms('p1', ['active'])
    expect(raised).toMatchObject({
      rule: 'spo2-very-low',
      priority: 'high',
      kind: 'physiological',
      state: 'active',
      acknowledged: false,
      device: 'oximeter-1',
      value: 82,
      limit: 85,
    })
    expect(raised?.text).toBe('SpO₂ very low 82 < 85 %')
    expect(ward.monitoring.board(systemPermit).tiles[0]?.alarms[0]?.id).toBe(raised?.id)
    expect(ward.published.filter(({ type }) => type === 'alarm')).toHaveLength(1)
    await ward.stream('oximeter-1', { spo2: 82 }, 14)

    await ward.killAndRestart(3)
    expect(await ward.alarms('p1', ['active'])).toEqual([raised])
    expect(ward.monitoring.board(systemPermit).tiles[0]?.alarms[0]?.id).toBe(raised?.id)

    const acknowledged = await ward.monitoring.acknowledge(raised!.id, nurse)
    expect(acknowledged).toMatchObject({ ok: true, value: { acknowledged: true, acknowledgedBy: nurse } })
    await ward.killAndRestart(3)
    await ward.stream('oximeter-1', { spo2: 82 }, 5)
    expect(await ward.alarms('p1', ['active'])).toMatchObject([{ id: raised!.id, acknowledged: true }])

    await ward.stream('oximeter-1', { spo2: 97 }, 2)
    expect(await rulesShown()).toEqual([])
    const over = await ward.alarms('p1', ['cleared'])
    expect(over.find(({ id }) => id === raised!.id)).toMatchObject({
      state: 'cleared',
      acknowledgedBy: nurse,
    })
  })

  it('shows the graver of two alarms, and the lesser again when the graver is over', async () => {
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    expect(await rulesShown()).toEqual(['spo2-low'])
    await ward.stream('oximeter-1', { spo2: 82 }, 10)
    expect(await rulesShown()).toEqual(['spo2-very-low'])
    const all = await ward.monitoring.alarms({ permit: permitFor(['p1']), includeInhibited: true, limit: 10 })
    expect(all.find(({ rule }) => rule === 'spo2-low')?.inhibitedBy).toBe(all[0]?.id)
    await ward.stream('oximeter-1', { spo2: 88 }, 2)
    expect(await rulesShown()).toEqual(['spo2-very-low', 'spo2-low'])
    expect(await ward.alarms('p1', ['latched'])).toMatchObject([{ rule: 'spo2-very-low' }])
  })

  it('goes on waiting over a restart where the delay had begun before it', async () => {
    await ward.stream('oximeter-1', { spo2: 97 }, 5)
    await ward.stream('oximeter-1', { spo2: 88 }, 8)
    await ward.killAndRestart()
    expect(await rulesShown()).toEqual([])
    await ward.stream('oximeter-1', { spo2: 88 }, 2)
    expect(await rulesShown()).toEqual([])
    await ward.stream('oximeter-1', { spo2: 88 }, 1)
    expect(await rulesShown()).toEqual(['spo2-low'])
  })

  it('gives the same alarms wherever in the episode the process is killed', async () => {
    const episode = [...Array(4).fill(97), ...Array(14).fill(88), ...Array(8).fill(83), ...Array(4).fill(97)]
    const outcome = async (patient: string) =>
      (await ward.monitoring.alarms({ permit: permitFor([patient]), includeInhibited: true, limit: 50 }))
        .filter(({ metric }) => metric === 'spo2')
        .map(({ rule, state, value, text }) => ({ rule, state, value, text }))
        .sort((a, b) => a.rule.localeCompare(b.rule))
    const play = async (patient: string, device: string, killedAt: number) => {
      ward.admit(patient, device, 'Oximeter')
      for (const [second, value] of episode.entries()) {
        ward.send(device, 'spo2', value)
        await ward.pass(1)
        if (second === killedAt) await ward.killAndRestart()
      }
      return await outcome(patient)
    }
    const undisturbed = await play('calm', 'ox-calm', -1)
    expect(undisturbed.map(({ rule, state }) => [rule, state])).toEqual([
      ['spo2-low', 'cleared'],
      ['spo2-very-low', 'latched'],
    ])
    for (let second = 1; second < episode.length; second += 3) {
      expect({ second, alarms: await play(`k${second}`, `ox-${second}`, second) }).toEqual({
        second,
        alarms: undisturbed,
      })
    }
  })

  it('is judged after the restart where the process died between storing and judging', async () => {
    await ward.stream('oximeter-1', { spo2: 97 }, 5)
    ward.telemetry.crash()
    for (let i = 0; i < 12; i++) {
      ward.send('oximeter-1', 'spo2', 88)
      ward.clock.advanceMs(1_000)
    }
    await ward.killAndRestart()
    await ward.monitoring.settled()
    expect(await rulesShown()).toEqual(['spo2-low'])
  })

  it('does not come again after a restart when it was over before', async () => {
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    await ward.stream('oximeter-1', { spo2: 97 }, 5)
    await ward.killAndRestart()
    await ward.stream('oximeter-1', { spo2: 97 }, 5)
    expect(await ward.alarms('p1')).toHaveLength(1)
  })
})

describe('readings out of time', () => {
  it('from a recording of last year raise nothing', async () => {
    const series = ward.telemetry.addSeries('p1', 'oximeter-1', 'spo2')
    const yearAgo = ward.clock.now() - 365 * 86_400e6
    for (let i = 0; i < 60; i++) {
      ward.telemetry.store(oneSample(series, yearAgo + i * 1e6, ward.clock.now(), 70, quality.good))
    }
    await ward.pass(60)
    expect(await ward.alarms('p1')).toEqual([])
  })

  it('that arrive late neither raise nor clear', async () => {
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    const series = ward.telemetry.addSeries('p1', 'oximeter-1', 'spo2')
    const late = ward.clock.now() - 10.5e6
    ward.telemetry.store(oneSample(series, late, ward.clock.now(), 97, quality.good))
    await ward.pass(1)
    expect(await rulesShown()).toEqual(['spo2-low'])
  })

  it('from a clock that runs ahead do not silence those that follow', async () => {
    const series = ward.telemetry.addSeries('p1', 'oximeter-1', 'spo2')
    const tomorrow = ward.clock.now() + 86_400e6
    ward.telemetry.store(oneSample(series, tomorrow, ward.clock.now(), 97, quality.good))
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    expect(await rulesShown()).toEqual(['spo2-low'])
  })
})

describe('a device whose clock lags by minutes', () => {
  it('is not watched in silence: its values are too old, and that is said', async () => {
    const series = ward.telemetry.addSeries('p1', 'oximeter-1', 'spo2')
    for (let i = 0; i < 40; i++) {
      const now = ward.clock.now()
      ward.telemetry.store(oneSample(series, now - 300e6, now, 88, quality.good))
      await ward.pass(1)
    }
    const [alarm] = await ward.alarms('p1', ['active'])
    expect(alarm).toMatchObject({ rule: 'data-too-old', kind: 'technical', metric: 'spo2' })
    await ward.stream('oximeter-1', { spo2: 97 }, 2)
    expect(await rulesShown()).toEqual([])
  })
})

describe('a device that reads out its memory', () => {
  it('raises no alarm behind what was judged already, however old and however bad its values', async () => {
    const spo2 = ward.telemetry.addSeries('p1', 'oximeter-1', 'spo2')
    const pressure = ward.telemetry.addSeries('p1', 'oximeter-1', 'systolic-bp')
    const now = ward.clock.now()
    ward.telemetry.store(oneSample(pressure, now, now, 120, quality.good))
    await ward.stream('oximeter-1', { spo2: 97 }, 40)
    for (let i = 0; i < 60; i++) {
      const at = ward.clock.now()
      ward.telemetry.store(oneSample(spo2, at, at, 97, quality.good))
      for (const series of [spo2, pressure]) {
        ward.telemetry.store(oneSample(series, at - (i + 2) * 900e6, at, 70, quality.good))
      }
      await ward.pass(1)
    }
    expect(await ward.alarms('p1', ['active', 'latched', 'cleared'])).toEqual([])
  })
})

describe('a device that is unplugged', () => {
  it('raises one technical alarm in place of one for each of its values, and clears when it is back', async () => {
    ward.devices.connected('oximeter-1')
    await ward.stream('oximeter-1', { spo2: 97, 'pulse-rate': 70 }, 10)
    ward.devices.disconnected('oximeter-1')
    await ward.pass(9)
    expect(await rulesShown()).toEqual([])
    await ward.pass(30)
    expect(await rulesShown()).toEqual(['device-offline'])
    expect(ward.monitoring.board(systemPermit).tiles[0]?.devices[0]?.connection).toBe('offline')
    const [alarm] = await ward.alarms('p1', ['active'])
    expect(alarm).toMatchObject({ kind: 'technical', device: 'oximeter-1', metric: null })
    expect(alarm?.text).toContain('missing values raise no alarms of their own')
    ward.devices.connected('oximeter-1')
    await ward.stream('oximeter-1', { spo2: 97, 'pulse-rate': 70 }, 3)
    expect(await rulesShown()).toEqual([])
  })

  it('is missed after a restart where it does not come back', async () => {
    await ward.stream('oximeter-1', { spo2: 97 }, 10)
    await ward.killAndRestart(5)
    await ward.pass(35)
    expect(await rulesShown()).toEqual(['device-offline'])
  })

  it('is not missed after a restart where it comes back', async () => {
    await ward.stream('oximeter-1', { spo2: 97 }, 10)
    await ward.killAndRestart(5)
    ward.devices.connected('oximeter-1')
    await ward.stream('oximeter-1', { spo2: 97 }, 40)
    expect(await ward.alarms('p1')).toEqual([])
  })

  it('keeps a physiological alarm that was active: silence is no recovery', async () => {
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    ward.devices.disconnected('oximeter-1')
    await ward.pass(60)
    expect((await rulesShown()).sort()).toEqual(['device-offline', 'spo2-low'])
  })

  it('ends its alarms when it is taken off the patient', async () => {
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    ward.devices.release('oximeter-1')
    await ward.pass(60)
    expect(await rulesShown()).not.toContain('spo2-low')
    expect(await rulesShown()).not.toContain('no-data')
  })
})

describe('acknowledging', () => {
  it('twice is the same as once, and keeps the first name', async () => {
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    const id = await onlyAlarm()
    await ward.monitoring.acknowledge(id, nurse)
    const again = await ward.monitoring.acknowledge(id, 'Practitioner/other')
    expect(again).toMatchObject({ ok: true, value: { acknowledgedBy: nurse } })
  })

  it('is refused with a reason where the alarm is unknown, or over unacknowledged', async () => {
    const unknown = await ward.monitoring.acknowledge('00000000-0000-4000-8000-000000000000', nurse)
    expect(unknown).toMatchObject({ ok: false, problem: { status: 404 } })
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    await ward.stream('oximeter-1', { spo2: 97 }, 2)
    const id = await onlyAlarm()
    expect(await ward.monitoring.acknowledge(id, nurse)).toMatchObject({
      ok: false,
      problem: { status: 409 },
    })
  })

  it('clears an alarm that was only latched', async () => {
    await ward.stream('oximeter-1', { spo2: 82 }, 12)
    await ward.stream('oximeter-1', { spo2: 97 }, 2)
    const [latched] = await ward.alarms('p1', ['latched'])
    expect(latched?.rule).toBe('spo2-very-low')
    await ward.monitoring.acknowledge(latched!.id, nurse)
    expect(await rulesShown()).toEqual([])
  })
})

describe('how one patient is watched', () => {
  it('takes effect at once on the newest value, within bounds, and survives a restart', async () => {
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    expect(await rulesShown()).toEqual(['spo2-low'])
    const next = {
      patient: 'p1',
      limits: { 'spo2-low': { limit: 85, hysteresis: 1 } },
      spo2Scale: 2,
      version: 0,
    } as const
    expect((await ward.monitoring.changeMonitoring(next, { actor: nurse, reason: 'COPD' })).ok).toBe(true)
    await ward.pass(1)
    expect(await rulesShown()).toEqual([])
    await ward.killAndRestart()
    expect(ward.monitoring.monitoringOf('p1')).toEqual({ ...next, version: 1 })
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    expect(await rulesShown()).toEqual([])
  })

  it.each([
    ['beyond its bounds', { 'spo2-low': { limit: 40 } }, 0, 422],
    ['of no rule', { nonsense: { limit: 40 } }, 0, 422],
    ['of no parameter', { 'spo2-low': { constructor: 1 } }, 0, 422],
    ['read before another change', {}, 7, 409],
  ])('refuses a limit %s', async (_, limits, version, status) => {
    const next = { patient: 'p1', limits, spo2Scale: 1, version } as const
    const changed = await ward.monitoring.changeMonitoring(next, { actor: nurse, reason: null })
    expect(changed).toMatchObject({ ok: false, problem: { status } })
  })
})

describe('the trail', () => {
  it('holds what happened to an alarm, by whom, and cannot be changed', async () => {
    await ward.stream('oximeter-1', { spo2: 88 }, 15)
    const id = await onlyAlarm()
    await ward.monitoring.acknowledge(id, nurse)
    await ward.stream('oximeter-1', { spo2: 97 }, 2)
    const trail = await db.query('SELECT event, actor FROM alarm_event WHERE alarm = $1 ORDER BY version', [
      id,
    ])
    expect(trail).toEqual([
      { event: 'raised', actor: null },
      { event: 'acknowledged', actor: nurse },
      { event: 'cleared', actor: null },
    ])
    await expect(db.query('DELETE FROM alarm_event')).rejects.toThrow('append-only')
  })
})

describe('NEWS2 of a patient', () => {
  const well = { 'respiratory-rate': 16, spo2: 98, 'heart-rate': 70, 'systolic-bp': 120, consciousness: 0 }

  it('is worked out at each reading, published on change, kept for its trend, and raises its alarm', async () => {
    await ward.stream('oximeter-1', { ...well, 'oxygen-flow': 0, 'body-temperature': 37 }, 3)
    expect(ward.monitoring.score('p1')).toMatchObject({ total: 0, complete: true, missing: [], risk: 'none' })
    await ward.stream('oximeter-1', { 'respiratory-rate': 26, 'oxygen-flow': 2, 'heart-rate': 115 }, 3)
    expect(ward.monitoring.score('p1')).toMatchObject({ total: 7, risk: 'high' })
    await ward.stream('oximeter-1', { 'respiratory-rate': 26, spo2: 98, 'heart-rate': 115 }, 35)
    expect(await rulesShown()).toContain('news2-high')
    const stored = ward.telemetry.latest('p1').find(({ series }) => series.metric === 'news2')
    expect(stored).toMatchObject({ value: 7, series: { device: 'vitalwire-news2' } })
    expect(ward.published.filter(({ type }) => type === 'score').length).toBeGreaterThan(0)
  })

  it('names what is missing or too old, and never counts it as normal', async () => {
    await ward.stream('oximeter-1', well, 2)
    expect(ward.monitoring.score('p1')).toMatchObject({
      complete: false,
      missing: ['Air or oxygen', 'Temperature'],
    })
    await ward.pass(11 * 60)
    const missing = ward.monitoring.score('p1')?.missing
    expect(missing).toEqual([
      'Respiratory rate',
      'Oxygen saturation',
      'Air or oxygen',
      'Pulse',
      'Temperature',
    ])
  })

  it('that lost a part which carried points keeps its alarm, also over a restart, until that part is known', async () => {
    const ill = { 'respiratory-rate': 26, spo2: 90, 'heart-rate': 115 }
    await ward.stream('oximeter-1', ill, 35)
    expect(ward.monitoring.score('p1')).toMatchObject({ total: 8, complete: false })
    const active = async () =>
      (
        await ward.monitoring.alarms({
          permit: permitFor(['p1']),
          states: ['active'],
          includeInhibited: true,
          limit: 20,
        })
      )
        .map(({ rule }) => rule)
        .filter((rule) => rule === 'news2-high')
    expect(await active()).toEqual(['news2-high'])
    for (let minute = 0; minute < 12; minute++) {
      await ward.stream('oximeter-1', { spo2: 90, 'heart-rate': 115 }, 1)
      await ward.pass(59)
    }
    expect(ward.monitoring.score('p1')).toMatchObject({ total: 5 })
    await ward.stream('oximeter-1', { spo2: 97, 'heart-rate': 70 }, 75)
    expect(ward.monitoring.score('p1')).toMatchObject({ total: 0 })
    expect(await active()).toEqual(['news2-high'])
    await ward.killAndRestart()
    await ward.stream('oximeter-1', { spo2: 97, 'heart-rate': 70 }, 70)
    expect(await active()).toEqual(['news2-high'])
    await ward.stream('oximeter-1', { spo2: 97, 'heart-rate': 70, 'respiratory-rate': 16 }, 75)
    expect(await active()).toEqual([])
  })

  it('is the same after a restart, and tells the change within the hour', async () => {
    await ward.stream('oximeter-1', { ...well, 'oxygen-flow': 0, 'body-temperature': 37 }, 2)
    await ward.pass(3_600)
    await ward.stream('oximeter-1', { ...well, 'respiratory-rate': 22 }, 2)
    expect(ward.monitoring.score('p1')).toMatchObject({ total: 2, changeInHour: 2 })
    await ward.killAndRestart()
    expect(ward.monitoring.score('p1')).toMatchObject({ total: 2, changeInHour: 2, complete: true })
  })
})

describe('the board', () => {
  it('shows forty patients from memory in less than 5 ms', async () => {
    for (let i = 2; i <= 40; i++) {
      ward.admit(`p${i}`, `monitor-${i}`, `Monitor ${i}`)
      for (const metric of ['spo2', 'heart-rate', 'respiratory-rate', 'body-temperature']) {
        ward.send(`monitor-${i}`, metric, 40)
      }
    }
    await ward.pass(1)
    const tookMs = Array.from({ length: 30 }, () => {
      const startedAt = performance.now()
      ward.monitoring.board(systemPermit)
      return performance.now() - startedAt
    })
    expect(Math.min(...tookMs)).toBeLessThan(5)
    expect(ward.monitoring.board(systemPermit).tiles).toHaveLength(40)
    expect(ward.monitoring.board(permitFor(['p7'])).tiles.map(({ patient }) => patient.id)).toEqual(['p7'])
  })
})
