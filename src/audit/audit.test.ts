import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import type { LedgerEntry } from '../ledger/model.ts'
import { FakeClock, systemClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import { systemRandom } from '../platform/random.ts'
import { createAudit } from './create-audit.ts'
import { auditMigrations } from './index.ts'
import { auditLedgerSource } from './ledger-source.ts'
import type { AuditEntry } from './model.ts'
import { mostWaiting, patienceMs } from './writer.ts'

const look = (given: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ kind: 'read', action: 'R', outcome: 'done', actor: 'Practitioner/kim', purpose: 'TREAT' },
  ...{ patients: ['ada'], what: ['Observation/1'] },
  ...given,
})
const newest = { ascending: false, skip: 0, limit: 100 }

describe('the audit', () => {
  let db: TestDatabase
  const committed: LedgerEntry[] = []
  const ledger = {
    commit: async (_tx: unknown, entries: readonly LedgerEntry[]) => void committed.push(...entries),
  }
  const audit = (over: Partial<Parameters<typeof createAudit>[0]> = {}) =>
    createAudit({
      ...{ db, clock: systemClock, random: systemRandom, log: silentLog, metrics: new Registry(), ledger },
      ...over,
    })
  beforeAll(async () => {
    db = await testDatabase([auditMigrations])
  })
  afterAll(() => db.drop())

  it('gives the ledger the text that its rows read back to, whatever they hold', async () => {
    committed.length = 0
    const odd = look({
      ...{ patients: ['b', 'a', 'a'], what: ['x "y" {z}', 'é\u0000\ud800', ''], query: 'name=Ö,"' },
      ...{ address: '::1', app: 'growth', requestId: 'r-1', reason: 'null' },
    })
    const writer = audit()
    await writer.write(odd)
    await writer.write(look({ actor: undefined, patients: [], what: [] }))
    const stored = await auditLedgerSource.page(db, undefined, 10)
    expect(stored.map(({ content }) => content)).toEqual(committed.map(({ content }) => content))
    expect(stored[0]).toMatchObject({ kind: 'audit', patients: ['a', 'b'] })
    expect(JSON.parse(stored[0]!.content)).toMatchObject({
      query: 'name=Ö,"',
      reason: 'null',
      requestId: 'r-1',
    })
    expect(await auditLedgerSource.page(db, stored[0]!.key, 10)).toEqual(stored.slice(1))
  })

  it('writes what comes at once in few statements, and every one is there when its promise resolves', async () => {
    let transactions = 0
    const counting: Database = {
      ...db,
      transaction: (work, options) => {
        transactions += 1
        return db.transaction(work, options)
      },
    }
    const writer = audit({ db: counting })
    const actors = Array.from({ length: 300 }, (_, at) => `Practitioner/p${at}`)
    await Promise.all(
      actors.map(async (actor) => {
        await writer.write(look({ actor }))
        expect(await writer.count({ actors: [actor] })).toBe(1)
      }),
    )
    expect(transactions).toBe(1)
  })

  it('is written in a transaction of the caller, and gone with it', async () => {
    const writer = audit()
    await expect(
      db.transaction(async (tx) => {
        await writer.writeIn(tx, [look({ patients: ['undone'] })])
        throw new Error('undo')
      }),
    ).rejects.toThrow('undo')
    expect(await writer.count({ patients: ['undone'] })).toBe(0)
    await db.transaction((tx) =>
      writer.writeIn(tx, [look({ patients: ['done'] }), look({ patients: ['done'] })]),
    )
    expect(await writer.count({ patients: ['done'] })).toBe(2)
  })

  it.each([
    "UPDATE audit_event SET actor = 'nobody'",
    'DELETE FROM audit_event',
    'TRUNCATE audit_event',
    'DELETE FROM audit_patient',
    "UPDATE audit_patient SET patient = 'x'",
  ])('refuses %s', async (statement) => {
    await expect(db.query(statement)).rejects.toThrow('append-only')
  })

  it('finds by each thing asked for, newest first, page after page', async () => {
    const clock = new FakeClock()
    const writer = audit({ clock })
    const write = async (given: Partial<AuditEntry>) => {
      clock.advanceMs(1)
      await writer.write(look({ purpose: 'HOPERAT', ...given }))
      return clock.now()
    }
    const first = await write({ patients: ['eve', 'bob'], kind: 'search', action: 'E' })
    const second = await write({ patients: ['eve'], actor: 'Practitioner/lee', outcome: 'refused' })
    const third = await write({
      patients: ['bob'],
      address: '10.0.0.7',
      what: ['Patient/bob', 'Patient/eve'],
    })
    const found = async (filter: Parameters<typeof writer.find>[0]) =>
      (await writer.find(filter, newest))
        .filter(({ purpose }) => purpose === 'HOPERAT')
        .map(({ atUs }) => atUs)
    expect(await found({ patients: ['eve'] })).toEqual([second, first])
    expect(await found({ patients: ['eve', 'bob'] })).toEqual([third, second, first])
    expect(await found({ actors: ['Practitioner/lee'] })).toEqual([second])
    expect(await found({ kinds: ['search'] })).toEqual([first])
    expect(await found({ acts: ['search E', 'read C'] })).toEqual([first])
    expect(await found({ outcomes: ['refused', 'failed'] })).toEqual([second])
    expect(await found({ purposes: ['BTG'] })).toEqual([])
    expect(await found({ purposes: ['BTG', 'HOPERAT'], patients: ['eve'] })).toEqual([second, first])
    expect(await found({ addresses: ['10.0.0.7'] })).toEqual([third])
    expect(await found({ what: ['Patient/eve'] })).toEqual([third])
    expect(await found({ fromUs: second, toUs: third })).toEqual([second])
    const [last] = await writer.find({ patients: ['bob'] }, { ...newest, limit: 1 })
    expect(await found({ patients: ['bob'], after: last! })).toEqual([first])
    expect(await found({ ids: [last!] })).toEqual([third])
    expect(await writer.actorsAround('eve')).toEqual([
      { actor: 'Practitioner/kim', n: 1 },
      { actor: 'Practitioner/lee', n: 1 },
    ])
  })

  it('refuses with 503 where it cannot be written, says so to the health check, and recovers by itself', async () => {
    let broken = true
    const failing: Database = {
      ...db,
      transaction: (work, options) =>
        broken ? Promise.reject(new Error('no space')) : db.transaction(work, options),
    }
    const writer = audit({ db: failing })
    await expect(writer.write(look())).rejects.toMatchObject({
      problem: { status: 503, code: 'audit-unavailable' },
    })
    expect(await writer.check()).toMatchObject({ state: 'down' })
    broken = false
    const before = await writer.count({})
    expect(await writer.check()).toEqual({ state: 'ok' })
    expect(await writer.count({})).toBe(before)
  })

  it('does not let more wait than it can keep, nor longer than an answer can', async () => {
    const clock = new FakeClock()
    const hanging: Database = { ...db, transaction: () => new Promise(() => {}) }
    const writer = audit({ db: hanging, clock })
    const told: unknown[] = []
    const first = writer.write(look()).catch((error) => told.push(error))
    await Promise.resolve()
    await Promise.resolve()
    const rest = Array.from({ length: mostWaiting }, () =>
      writer.write(look()).catch((error) => told.push(error)),
    )
    await expect(writer.write(look())).rejects.toMatchObject({ problem: { status: 503 } })
    clock.advanceMs(patienceMs)
    await Promise.all([first, ...rest])
    expect(told).toHaveLength(mostWaiting + 1)
  })
})
