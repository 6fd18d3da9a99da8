import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import type { AlarmRecord } from './alarm-slot.ts'
import { type AlarmChange, createAlarmWriter } from './alarm-writer.ts'

const alarm = (id: string) => ({ id }) as AlarmRecord

function writer() {
  const clock = new FakeClock()
  const state = { failures: 0, saved: [] as string[][], told: [] as string[] }
  const names = (changes: readonly AlarmChange[]) =>
    changes.map(({ alarm: { id }, event }) => `${id} ${event}`)
  const made = createAlarmWriter({
    async save(changes) {
      if (state.failures-- > 0) throw new Error('the database is away')
      state.saved.push(names(changes))
    },
    durable: (change) => state.told.push(...names([change])),
    clock,
    log: silentLog,
  })
  const write = (id: string, event: 'raised' | 'cleared') =>
    made.write(alarm(id), event, { now: clock.now(), actor: null })
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve()
  }
  return { clock, state, made, write, turns }
}

describe('the alarm writer', () => {
  it('puts what has gathered in one transaction, in order, and tells of it afterwards', async () => {
    const { state, made, write } = writer()
    write('a', 'raised')
    write('b', 'raised')
    expect(state.told).toEqual([])
    await made.settled()
    expect(state.saved).toEqual([['a raised', 'b raised']])
    expect(state.told).toEqual(['a raised', 'b raised'])
  })

  it('tells nothing that is not durable, and loses and reorders nothing while the store fails', async () => {
    const { clock, state, made, write, turns } = writer()
    state.failures = 3
    write('a', 'raised')
    await turns()
    write('a', 'cleared')
    expect(state.told).toEqual([])
    for (const waitMs of [100, 200]) {
      clock.advanceMs(waitMs)
      await turns()
      expect(state.told).toEqual([])
    }
    clock.advanceMs(400)
    await made.settled()
    expect(state.told).toEqual(['a raised', 'a cleared'])
  })

  it('closes even where the store does not come back', async () => {
    const { state, made, write } = writer()
    state.failures = Number.POSITIVE_INFINITY
    write('a', 'raised')
    await made.close()
    expect(state.told).toEqual([])
  })
})
