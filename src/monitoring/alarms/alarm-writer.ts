import type { Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { AlarmTrailEntry } from '../contract.ts'
import type { AlarmRecord } from './alarm-slot.ts'

export type TrailEvent = AlarmTrailEntry['event']

export interface AlarmChange {
  readonly alarm: AlarmRecord
  readonly event: TrailEvent
  readonly at: Micros
  /** When the server received what brought it about, µs. */
  readonly since: number
  readonly actor: string | null
}

export interface AlarmWriter {
  write(
    alarm: AlarmRecord,
    event: TrailEvent,
    by: { now: Micros; since?: number; actor: string | null },
  ): void
  /** Resolves when everything written so far is durable. */
  settled(): Promise<void>
  close(): Promise<void>
}

export interface AlarmWriterDeps {
  save(changes: readonly AlarmChange[]): Promise<void>
  /** Told of each change, in order, once it is durable. */
  durable(change: AlarmChange): void
  readonly clock: Clock
  readonly log: Log
}

const firstRetryMs = 100
const longestRetryMs = 5_000

/**
 * One writer for all alarms: whatever has gathered goes in one transaction, in order. A store that fails is tried
 * again for as long as it takes; nothing is dropped and nothing overtakes.
 */
export function createAlarmWriter({ save, durable, clock, log }: AlarmWriterDeps): AlarmWriter {
  let queue: AlarmChange[] = []
  let running: Promise<void> | undefined
  let closing = false

  async function drain(): Promise<void> {
    let retryMs = firstRetryMs
    while (queue.length > 0) {
      const changes = queue
      queue = []
      try {
        await save(changes)
      } catch (error) {
        queue = [...changes, ...queue]
        log.error({ err: error, waiting: queue.length }, 'alarms are not durable; trying again')
        if (closing) return
        const waitMs = retryMs
        await new Promise<void>((resolve) => clock.after(waitMs, resolve))
        retryMs = Math.min(retryMs * 2, longestRetryMs)
        continue
      }
      retryMs = firstRetryMs
      for (const change of changes) durable(change)
    }
  }

  const wake = (): Promise<void> => {
    running ??= Promise.resolve()
      .then(drain)
      .finally(() => {
        running = undefined
      })
    return running
  }

  return {
    write(alarm, event, { now, since = now, actor }) {
      queue.push({ alarm, event, at: now, since, actor })
      void wake()
    },
    async settled() {
      while (queue.length > 0 || running) await wake()
    },
    async close() {
      closing = true
      if (queue.length > 0 || running) await wake()
    },
  }
}
