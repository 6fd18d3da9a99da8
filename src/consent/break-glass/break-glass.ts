/**
 * Emergency access: opened at once and by a reason, for a time; the privacy officer is told in the same moment, and every one
 * waits for a review that nobody can give themselves.
 */
import type { AuditEntry, AuditWriter } from '../../audit/model.ts'
import type { Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { BreakGlass } from '../contract.ts'
import { problems } from '../problems.ts'
import type { BrokenGlass, BrokenGlassRegister } from './register.ts'
import {
  type BreakGlassQuery,
  type BreakGlassRow,
  findBreakGlass,
  insertBreakGlass,
  listBreakGlass,
  openBreakGlass,
  sayOnce,
  unreviewedBefore,
} from './store.ts'

export interface Breaker {
  /** `Practitioner/…` */
  readonly reference: string
  readonly name: string
}

export interface BreakGlassService extends BrokenGlassRegister {
  break(by: Breaker, patient: string, given: BreakGlass): Promise<BreakGlassRow>
  end(id: number, by: Breaker): Promise<BreakGlassRow>
  state(id: number, by: Breaker, statement: string): Promise<BreakGlassRow>
  review(
    id: number,
    by: Breaker,
    verdict: { readonly outcome: 'justified' | 'not-justified'; readonly note: string },
  ): Promise<BreakGlassRow>
  list(query: Omit<BreakGlassQuery, 'now'>): Promise<readonly BreakGlassRow[]>
  /** Reviews that are due for longer than they may be. */
  overdue(): Promise<number>
}

export interface BreakGlassDeps {
  readonly db: Database
  readonly clock: Clock
  readonly audit: AuditWriter
}

export const reviewWithinUs = 72 * 3_600_000_000
const minuteUs = 60_000_000

export async function createBreakGlass({ db, clock, audit }: BreakGlassDeps): Promise<BreakGlassService> {
  const listeners = new Set<() => void>()
  const open = new Map<number, BrokenGlass>()
  const keep = (row: BreakGlassRow) =>
    open.set(row.id, {
      id: row.id,
      actor: row.actor,
      patient: row.patient,
      beganAt: row.began_at,
      endsAt: row.ends_at,
    })
  for (const row of await openBreakGlass(db, clock.now())) keep(row)
  const changed = () => {
    for (const listener of listeners) listener()
  }

  async function say(
    id: number,
    said: Parameters<typeof sayOnce>[2],
    already: string,
    entry: (row: BreakGlassRow) => Partial<AuditEntry>,
  ): Promise<BreakGlassRow> {
    return db.transaction(async (tx) => {
      const row = await sayOnce(tx, id, said)
      if (!row) throw problems.saidAlready(already)
      await audit.writeIn(tx, [entryOf(row, entry(row))])
      return row
    })
  }

  async function own(id: number, by: Breaker): Promise<BreakGlassRow> {
    const row = await findBreakGlass(db, id)
    if (row?.actor !== by.reference) throw problems.unknownBreakGlass()
    return row
  }

  return {
    of: (actor, now) => [...open.values()].filter((one) => one.actor === actor && one.endsAt > now),
    nextEnd(now) {
      const ends = [...open.values()].flatMap(({ endsAt }) => (endsAt > now ? [endsAt] : []))
      return ends.length === 0 ? undefined : (Math.min(...ends) as Micros)
    },
    onChanged(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    async break(by, patient, { reason, explanation, minutes }) {
      const now = clock.now()
      const row = await db.transaction(async (tx) => {
        const made = await insertBreakGlass(tx, {
          ...{ actor: by.reference, actor_name: by.name, patient, reason, explanation },
          ...{ began_at: now, ends_at: (now + minutes * minuteUs) as Micros },
        })
        await audit.writeIn(tx, [entryOf(made, { action: 'C', reason: `${reason}: ${explanation}` })])
        return made
      })
      keep(row)
      changed()
      return row
    },

    async end(id, by) {
      await own(id, by)
      const row = await say(id, { ended_at: clock.now() }, 'It was ended before.', () => ({
        reason: 'ended by hand',
      }))
      open.delete(id)
      changed()
      return row
    },

    async state(id, by, statement) {
      await own(id, by)
      return say(id, { statement }, 'A statement was given before.', () => ({ reason: 'statement given' }))
    },

    async review(id, by, { outcome, note }) {
      const row = await findBreakGlass(db, id)
      if (!row) throw problems.unknownBreakGlass()
      if (row.actor === by.reference)
        throw problems.notForYou('Nobody reviews an emergency access of their own.')
      const verdict = { reviewed_at: clock.now(), reviewed_by: by.reference, outcome, note }
      return say(id, verdict, 'It was reviewed before.', () => ({
        actor: by.reference,
        purpose: 'HOPERAT',
        reason: outcome,
      }))
    },

    list: (query) => listBreakGlass(db, { ...query, now: clock.now() }),
    overdue: () => unreviewedBefore(db, (clock.now() - reviewWithinUs) as Micros),
  }
}

const entryOf = (row: BreakGlassRow, entry: Partial<AuditEntry>): AuditEntry => ({
  kind: 'break-glass',
  action: 'U',
  outcome: 'done',
  actor: row.actor,
  purpose: 'BTG',
  patients: [row.patient],
  what: [`break-glass/${row.id}`],
  ...entry,
})
