import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { FakeClock } from './clock.ts'
import { jobsCheck } from './health.ts'
import { createJobs } from './jobs.ts'
import { silentLog } from './log.ts'

function setUp() {
  const clock = new FakeClock()
  const metrics = new Registry()
  return { clock, metrics, jobs: createJobs({ clock, metrics, log: silentLog }) }
}
/** Lets the promises that are ready run. */
const settle = () => new Promise((done) => setImmediate(done))

describe('a job', () => {
  it('runs once every period, the first time after one', async () => {
    const { clock, jobs } = setUp()
    let runs = 0
    jobs.add({ name: 'tidy', periodMs: 1_000, run: () => void runs++ })
    for (let i = 0; i < 3; i++) {
      clock.advanceMs(1_000)
      await settle()
    }
    expect(runs).toBe(3)
    expect(jobs.status()).toMatchObject([
      { name: 'tidy', state: 'waiting', runs: 3, lastSuccess: clock.now() },
    ])
  })

  it('never overlaps itself', async () => {
    const { clock, jobs } = setUp()
    let begun = 0
    let finish = () => {}
    const run = () => {
      begun++
      return new Promise<void>((done) => {
        finish = done
      })
    }
    jobs.add({ name: 'slow', periodMs: 1_000, run })
    clock.advanceMs(3_500)
    expect([begun, jobs.status()[0]?.state]).toEqual([1, 'running'])
    finish()
    await settle()
    clock.advanceMs(1_000)
    expect(begun).toBe(2)
  })

  it('that fails is seen, counted and run again', async () => {
    const { clock, jobs, metrics } = setUp()
    let healthy = false
    const run = () => {
      if (!healthy) throw new Error('no')
    }
    jobs.add({ name: 'shaky', periodMs: 1_000, run })
    clock.advanceMs(1_000)
    await settle()
    expect(jobs.status()).toMatchObject([{ state: 'failed', failuresInARow: 1 }])
    expect(await jobsCheck(jobs)()).toEqual({ state: 'degraded', detail: 'shaky failed' })
    healthy = true
    clock.advanceMs(1_000)
    await settle()
    expect(await jobsCheck(jobs)()).toEqual({ state: 'ok' })
    expect(await metrics.metrics()).toContain('vitalwire_job_failures_total{job="shaky"} 1')
  })

  it('that hangs becomes overdue', () => {
    const { clock, jobs } = setUp()
    jobs.add({ name: 'stuck', periodMs: 1_000, overdueAfterMs: 5_000, run: () => new Promise(() => {}) })
    clock.advanceMs(5_001)
    expect(jobs.status()).toMatchObject([{ state: 'overdue' }])
  })

  it('is told to stop, awaited, and not run again', async () => {
    const { clock, jobs } = setUp()
    let ended = false
    const run = (signal: AbortSignal) =>
      new Promise<void>((done) => {
        signal.addEventListener('abort', () => {
          ended = true
          done()
        })
      })
    jobs.add({ name: 'long', periodMs: 1_000, run })
    clock.advanceMs(1_000)
    await jobs.stop()
    expect(ended).toBe(true)
    clock.advanceMs(5_000)
    await jobs.runNow('long')
    expect(jobs.status()).toMatchObject([{ runs: 1 }])
  })

  it('has a name of its own', () => {
    const { jobs } = setUp()
    jobs.add({ name: 'one', periodMs: 1, run: () => {} })
    expect(() => jobs.add({ name: 'one', periodMs: 1, run: () => {} })).toThrow('already a job named one')
  })
})
