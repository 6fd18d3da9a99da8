/** The same look again and again is one entry: a screen that asks every few seconds says nothing new. */
import type { Clock } from '../../platform/clock.ts'
import type { AuditEntry } from '../model.ts'

export const repeatedWithinMs = 5 * 60_000
const mostRemembered = 20_000
/** What a screen moves on with every look. */
const moving: ReadonlySet<string> = new Set(['from', 'to', 'points', 'since', '_'])

export interface Repeats {
  /** Writes, unless the same was written within the last five minutes. */
  once(entry: AuditEntry, session: string | undefined, write: () => Promise<void>): Promise<void>
}

const lookOf = (entry: AuditEntry, session: string | undefined): string => {
  const query = [...new URLSearchParams(entry.query)].filter(([name]) => !moving.has(name))
  const { kind, action, outcome, actor, app, address, patients, what, reason } = entry
  return JSON.stringify([session, kind, action, outcome, actor, app, address, patients, what, reason, query])
}

export function createRepeats(clock: Clock): Repeats {
  const written = new Map<string, { readonly until: number; readonly done: Promise<void> }>()
  return {
    once(entry, session, write) {
      const key = lookOf(entry, session)
      const nowMs = clock.elapsedMs()
      const before = written.get(key)
      if (before && before.until > nowMs) return before.done
      // In the order of insertion: the first are the oldest.
      written.delete(key)
      for (const [oldest, { until }] of written) {
        if (until > nowMs && written.size < mostRemembered) break
        written.delete(oldest)
      }
      const done = write()
      written.set(key, { until: nowMs + repeatedWithinMs, done })
      done.catch(() => written.delete(key))
      return done
    },
  }
}
