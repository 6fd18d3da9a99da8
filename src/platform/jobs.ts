/**
 * Named periodic work in this process: compaction, clearing of timers, clean-up. A job never overlaps itself;
 * its first run comes one period after `add`. What fails or does not come round is visible, never silent.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Micros } from '../kernel/time.ts'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

export interface Job {
  /** kebab-case, unique in the process. */
  readonly name: string
  readonly periodMs: number
  /** Without a success for this long it counts as overdue. Default: three periods, at least 30 s. */
  readonly overdueAfterMs?: number
  /** The signal is raised when the process stops. */
  run(signal: AbortSignal): Promise<void> | void
}

export interface JobStatus {
  readonly name: string
  readonly state: 'waiting' | 'running' | 'failed' | 'overdue'
  readonly runs: number
  readonly failuresInARow: number
  readonly lastSuccess: Micros | undefined
  readonly lastDurationMs: number | undefined
}

export interface Jobs {
  /** @throws Error where the name is taken. */
  add(job: Job): void
  /** Runs it now; joins the run that is under way. Resolves when it ended, also when it failed. */
  runNow(name: string): Promise<void>
  status(): readonly JobStatus[]
  /** No further runs; resolves when the running ones have ended. */
  stop(): Promise<void>
}

interface Entry {
  readonly job: Job
  readonly cancel: () => void
  running: Promise<void> | undefined
  runs: number
  failuresInARow: number
  lastSuccess: Micros | undefined
  lastSuccessMs: number
  lastDurationMs: number | undefined
}

export interface JobsDeps {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Registry
}

const leastOverdueMs = 30_000

export function createJobs({ clock, log, metrics }: JobsDeps): Jobs {
  const entries = new Map<string, Entry>()
  const stopping = new AbortController()
  const meters = jobMeters(metrics)

  async function perform(entry: Entry): Promise<void> {
    const { job } = entry
    const startedMs = clock.elapsedMs()
    entry.runs++
    try {
      await job.run(stopping.signal)
      entry.failuresInARow = 0
      entry.lastSuccess = clock.now()
      entry.lastSuccessMs = clock.elapsedMs()
      meters.lastSuccess.set({ job: job.name }, entry.lastSuccess / 1e6)
    } catch (error) {
      entry.failuresInARow++
      meters.failures.inc({ job: job.name })
      log.error({ job: job.name, failuresInARow: entry.failuresInARow, error }, 'job failed')
    } finally {
      entry.lastDurationMs = clock.elapsedMs() - startedMs
      meters.duration.observe({ job: job.name }, entry.lastDurationMs / 1_000)
    }
  }

  function start(entry: Entry): Promise<void> {
    if (stopping.signal.aborted) return Promise.resolve()
    entry.running ??= perform(entry).finally(() => {
      entry.running = undefined
    })
    return entry.running
  }

  function stateOf(entry: Entry): JobStatus['state'] {
    const limitMs = entry.job.overdueAfterMs ?? Math.max(leastOverdueMs, entry.job.periodMs * 3)
    if (clock.elapsedMs() - entry.lastSuccessMs > limitMs) return 'overdue'
    if (entry.running) return 'running'
    return entry.failuresInARow > 0 ? 'failed' : 'waiting'
  }

  return {
    add(job) {
      if (entries.has(job.name)) throw new Error(`there is already a job named ${job.name}`)
      const nowMs = clock.elapsedMs()
      const entry: Entry = {
        job,
        cancel: clock.every(job.periodMs, () => void start(entry)),
        running: undefined,
        runs: 0,
        failuresInARow: 0,
        lastSuccess: undefined,
        lastSuccessMs: nowMs,
        lastDurationMs: undefined,
      }
      entries.set(job.name, entry)
    },
    runNow(name) {
      const entry = entries.get(name)
      if (!entry) throw new Error(`there is no job named ${name}`)
      return start(entry)
    },
    status: () =>
      [...entries.values()].map((entry) => ({
        name: entry.job.name,
        state: stateOf(entry),
        runs: entry.runs,
        failuresInARow: entry.failuresInARow,
        lastSuccess: entry.lastSuccess,
        lastDurationMs: entry.lastDurationMs,
      })),
    async stop() {
      stopping.abort()
      for (const entry of entries.values()) entry.cancel()
      await Promise.all([...entries.values()].map((entry) => entry.running))
    },
  }
}

function jobMeters(metrics: Registry) {
  const registers = [metrics]
  const labelNames = ['job']
  return {
    lastSuccess: new Gauge({
      name: 'vitalwire_job_last_success_seconds',
      help: 'When the job last succeeded, seconds since 1970.',
      labelNames,
      registers,
    }),
    failures: new Counter({
      name: 'vitalwire_job_failures_total',
      help: 'Runs of the job that failed.',
      labelNames,
      registers,
    }),
    duration: new Histogram({
      name: 'vitalwire_job_seconds',
      help: 'How long a run of the job took.',
      labelNames,
      buckets: [0.01, 0.1, 0.5, 1, 5, 30, 120],
      registers,
    }),
  }
}
