/** Someone with the database, and in some cases with the log's key as well, changes what happened. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import type { Micros } from '../../kernel/time.ts'
import { FakeClock } from '../../platform/clock.ts'
import type { Queryable } from '../../platform/postgres/database.ts'
import { systemRandom } from '../../platform/random.ts'
import { commitment, contentDigest, type LeafKind } from '../commitment.ts'
import { exportFiles } from '../export/format.ts'
import { writeExport } from '../export/write-export.ts'
import { type LedgerKeys, loadLedgerKeys } from '../keys.ts'
import { createLedger, type Ledger, ledgerMigrations } from '../ledger.ts'
import { leafHash } from '../merkle/hash.ts'
import type { LedgerEntry, LedgerKind, LedgerRow, LedgerSource } from '../model.ts'
import { checkpointText, parseCheckpoint } from '../note/checkpoint.ts'
import { noteText, signatureText, signNote } from '../note/note.ts'
import { rootOfSize } from '../sequencer.ts'
import { openExport } from './read-export.ts'
import { verifyExport } from './verify-export.ts'

/** Rows of one kind in a plain table, as a domain would have them. */
const tableOf = (kind: LedgerKind): LedgerSource => {
  const row = ({ at_us, ...rest }: { at_us: number } & Omit<LedgerRow, 'atUs'>): LedgerRow => ({
    ...rest,
    atUs: at_us,
  })
  const columns = 'key, content, at_us, patients'
  return {
    kind,
    read: async (db, keys) =>
      (
        await db.query<Parameters<typeof row>[0]>(`SELECT ${columns} FROM ${kind}_row WHERE key = ANY ($1)`, [
          keys,
        ])
      ).map(row),
    page: async (db, after, limit) =>
      (
        await db.query<Parameters<typeof row>[0]>(
          `SELECT ${columns} FROM ${kind}_row WHERE key > $1 ORDER BY key LIMIT $2`,
          [after ?? '', limit],
        )
      ).map(row),
  }
}
const sources = [tableOf('resource'), tableOf('audit')]

let db: TestDatabase
let home: string
let keys: LedgerKeys
let clock: FakeClock
let ledger: Ledger
let exports = 0
/** What a witness has kept: the checkpoint after the first six rows. */
let witnessed: string

const insert = (tx: Queryable, { kind, key, content, atUs, patients }: LedgerEntry) =>
  tx.query(`INSERT INTO ${kind}_row (key, content, at_us, patients) VALUES ($1, $2, $3, $4)`, [
    ...[key, content, atUs, patients],
  ])

async function write(...rows: readonly (readonly [LedgerKind, string, string])[]): Promise<void> {
  await db.transaction(async (tx) => {
    const entries = rows.map(([kind, key, patient]) => ({
      ...{ kind, key, patients: [patient], content: `{"key":"${key}","active":true}`, atUs: clock.now() },
    }))
    for (const entry of entries) await insert(tx, entry)
    await ledger.commit(tx, entries)
  })
  clock.advanceMs(1_000)
  await ledger.sequence()
  clock.advanceMs(600_000)
}

beforeAll(async () => {
  db = await testDatabase([ledgerMigrations])
  home = await mkdtemp(join(tmpdir(), 'ledger-verify-'))
  keys = await loadLedgerKeys(home, systemRandom)
  for (const kind of ['resource', 'audit'])
    await db.query(
      `CREATE TABLE ${kind}_row (key text PRIMARY KEY, content text, at_us bigint, patients text[])`,
    )
})
afterAll(async () => {
  await db.drop()
  await rm(home, { recursive: true })
})

beforeEach(async () => {
  await db.query(
    `TRUNCATE resource_row, audit_row, ledger_pending, ledger_entry, ledger_tile, ledger_checkpoint,
       ledger_cosignature, ledger_mark`,
  )
  await db.query('UPDATE ledger_log SET size = 0, adopted = false')
  clock = new FakeClock()
  ledger = createLedger({ db, clock, random: systemRandom, keys, sources })
  await write(['resource', 'Patient/1/_history/1', 'p1'], ['audit', 'AuditEvent/a', 'p1'])
  await write(['resource', 'Consent/c/_history/1', 'p1'], ['audit', 'AuditEvent/b', 'p1'])
  await write(['resource', 'Patient/2/_history/1', 'p2'], ['audit', 'AuditEvent/c', 'p2'])
  witnessed = noteText((await ledger.requireCheckpoint()).note)
  await write(['resource', 'Patient/1/_history/2', 'p1'], ['audit', 'AuditEvent/d', 'p1'])
})

async function exported(): Promise<string> {
  const folder = join(home, `export-${++exports}`)
  await writeExport({ db, clock, origin: keys.origin, verifiers: keys.verifiers, sources }, folder)
  return folder
}

/** The words of all findings, the first in the log first. */
async function found(folder: string, ...elsewhere: readonly string[]): Promise<string[]> {
  const checkpoints = new Map(elsewhere.map((text, i) => [`witness-${i}`, text]))
  const { findings } = await verifyExport(await openExport(folder), { checkpoints, vkeys: keys.verifiers })
  return findings.map(({ kind, words }) => `${kind}: ${words}`)
}
const afterSql = async (...statements: readonly string[]) => {
  for (const statement of statements) await db.query(statement)
  return found(await exported(), witnessed)
}

describe('an untouched log', () => {
  it('holds, also against a checkpoint that was kept elsewhere', async () => {
    const { findings, notes } = await verifyExport(await openExport(await exported()), {
      checkpoints: new Map([['witness', witnessed]]),
    })
    expect(findings).toEqual([])
    expect(notes.join('\n')).toContain('8 rows of the database compared')
    expect(notes.join('\n')).toContain('give --vkey')
  })

  it('holds after an erasure, which the log tells of', async () => {
    await db.transaction(async (tx) => {
      await tx.query("DELETE FROM resource_row WHERE 'p1' = ANY (patients)")
      await tx.query("DELETE FROM audit_row WHERE key = 'AuditEvent/b'")
      await tx.query("UPDATE audit_row SET content = '{}', patients = '{}' WHERE key = 'AuditEvent/a'")
      await ledger.forget(tx, ['p1'])
    })
    await ledger.sequence()
    const folder = await exported()
    const { findings, notes } = await verifyExport(await openExport(folder), {
      checkpoints: new Map([['witness', witnessed]]),
    })
    expect(findings).toEqual([])
    expect(notes.join('\n')).toContain('5 leaves of erased rows')
    expect(await readFile(join(folder, exportFiles.leaves), 'utf8')).not.toContain('Consent/c')
  })

  it('holds while rows wait for their number, and with rows that are older than it', async () => {
    await db.query(
      'TRUNCATE ledger_entry, ledger_tile, ledger_checkpoint, ledger_cosignature; UPDATE ledger_log SET size = 0',
    )
    await ledger.adopt()
    const { findings, notes } = await verifyExport(await openExport(await exported()))
    expect(findings).toEqual([])
    expect(notes.join('\n')).toContain('9 rows had no number yet')
    await ledger.sequence()
    const later = await verifyExport(await openExport(await exported()))
    expect(later.findings).toEqual([])
    expect(later.notes.join('\n')).toContain('8 rows are older than the log')
  })
})

const flipLeaf = (leaf: number) =>
  `UPDATE ledger_tile SET hashes = set_byte(hashes, ${leaf * 32}, get_byte(hashes, ${leaf * 32}) # 1) WHERE level = -1`

describe('a changed database', () => {
  it.each([
    [
      'one byte of a resource version',
      "UPDATE resource_row SET content = replace(content, 'true', 'tRue') WHERE key = 'Patient/1/_history/1'",
      /^altered: Patient\/1\/_history\/1 \(leaf 0\) was altered: its text/,
    ],
    [
      'one byte of an audit row',
      "UPDATE audit_row SET content = overlay(content placing 'x' from 3) WHERE key = 'AuditEvent/b'",
      /^altered: AuditEvent\/b \(leaf 3\) was altered: its text/,
    ],
    [
      'one byte of a consent',
      "UPDATE resource_row SET content = replace(content, 'true', 'tRue') WHERE key LIKE 'Consent/%'",
      /^altered: Consent\/c\/_history\/1 \(leaf 2\)/,
    ],
    [
      'whose a row is',
      "UPDATE resource_row SET patients = '{p1,me}' WHERE key = 'Patient/2/_history/1'",
      /^altered: Patient\/2\/_history\/1 \(leaf 4\).*same patients/,
    ],
    [
      'the time of a row',
      "UPDATE audit_row SET at_us = at_us - 1 WHERE key = 'AuditEvent/c'",
      /^back-dated: AuditEvent\/c \(leaf 5\) was back-dated/,
    ],
    [
      'that a row exists',
      "DELETE FROM audit_row WHERE key = 'AuditEvent/b'",
      /^removed: AuditEvent\/b \(leaf 3\) was removed/,
    ],
    [
      'that a row ever existed',
      "DELETE FROM audit_row WHERE key = 'AuditEvent/b'; DELETE FROM ledger_entry WHERE key = 'AuditEvent/b'",
      /^removed: the row of leaf 3 was removed from ledger_entry/,
    ],
    [
      'that a row does not exist',
      "INSERT INTO audit_row VALUES ('AuditEvent/aa', '{}', 1767225600000000, '{}')",
      /^inserted: AuditEvent\/aa was inserted behind the log's back/,
    ],
    [
      'the order of two rows',
      'UPDATE ledger_entry SET leaf = CASE leaf WHEN 1 THEN 1003 ELSE 1001 END WHERE leaf IN (1, 3); UPDATE ledger_entry SET leaf = leaf - 1000 WHERE leaf > 1000',
      /^reordered: AuditEvent\/b \(leaf 1\) was reordered: its place is leaf 3/,
    ],
    ['a leaf', flipLeaf(2), /^altered: Consent\/c\/_history\/1 \(leaf 2\): the leaf itself was altered/],
    [
      'what the log says of an erasure',
      "DELETE FROM ledger_entry WHERE 'p2' = ANY (patients)",
      /^removed: the row of leaf 4/,
    ],
  ])('tells of %s', async (_what, change, first) => {
    expect((await afterSql(...change.split('; ')))[0]).toMatch(first)
  })

  it('names the first of several in the order of the log', async () => {
    const words = await afterSql(
      "UPDATE audit_row SET content = '{}'",
      "DELETE FROM resource_row WHERE key LIKE 'Consent/%'",
    )
    expect(words.map((one) => /\(leaf (\d)\)/.exec(one)?.[1])).toEqual(['1', '2', '3', '5', '7'])
  })

  it('tells of a row that was slipped to the adoption of old rows', async () => {
    await ledger.adopt()
    await db.query('UPDATE ledger_log SET adopted = false')
    await db.query("DELETE FROM ledger_mark WHERE key = 'ledger/adopted'")
    await db.query("INSERT INTO audit_row VALUES ('AuditEvent/aa', '{}', 1767225600000000, '{}')")
    await ledger.adopt()
    await ledger.sequence()
    const words = await found(await exported())
    expect(words[0]).toMatch(/^inserted: AuditEvent\/aa \(leaf 9\) was inserted behind the log's back/)
  })

  it('tells of a row that was committed to with a time long gone', async () => {
    const late: LedgerEntry = {
      ...{
        kind: 'audit',
        key: 'AuditEvent/late',
        patients: [],
        content: '{}',
        atUs: clock.now() - 3_000_000_000,
      },
    }
    await db.transaction(async (tx) => {
      await insert(tx, late)
      await ledger.commit(tx, [late])
    })
    await ledger.sequence()
    expect((await found(await exported()))[0]).toMatch(
      /^back-dated: AuditEvent\/late \(leaf 8\) was back-dated/,
    )
  })
})

/** Makes the log one of its first `size` leaves, without a trace. */
async function cut(size: number): Promise<void> {
  await db.query('DELETE FROM ledger_entry WHERE leaf >= $1', [size])
  await db.query('UPDATE ledger_tile SET hashes = substr(hashes, 1, $1) WHERE level <= 0', [size * 32])
  await db.query('UPDATE ledger_log SET size = $1', [size])
}

/** Writes another row into a leaf, with the digest, commitment and tiles that belong to it. */
async function rewrite(leaf: number, content: string): Promise<void> {
  const [entry] = await db.query<{
    kind: LeafKind
    key: string
    at_us: number
    patients: string[]
    adopted: boolean
    salt: Buffer
  }>('SELECT * FROM ledger_entry WHERE leaf = $1', [leaf])
  const { salt, at_us, ...rest } = entry!
  const digest = contentDigest(content)
  const data = commitment({ ...rest, atUs: at_us, digest }, salt)
  await db.query(`UPDATE ${rest.kind}_row SET content = $1 WHERE key = $2`, [content, rest.key])
  await db.query('UPDATE ledger_entry SET digest = $1 WHERE leaf = $2', [Buffer.from(digest), leaf])
  for (const [level, bytes] of [
    [-1, data],
    [0, leafHash(data)],
  ] as const)
    await db.query('UPDATE ledger_tile SET hashes = overlay(hashes placing $1 from $2) WHERE level = $3', [
      ...[Buffer.from(bytes), leaf * 32 + 1, level],
    ])
}

/** With the log's own key: the checkpoints of these sizes over the leaves as they are now. */
async function signAgain(sizes: readonly number[], shiftUs = 0): Promise<void> {
  for (const size of sizes) {
    const [row] = await db.query<{ at_us: number }>('SELECT at_us FROM ledger_checkpoint WHERE size = $1', [
      size,
    ])
    const time = (row!.at_us + shiftUs) as Micros
    const text = checkpointText({ origin: keys.origin, size, root: await rootOfSize(db, size), time })
    const { signatures } = await signNote(text, [keys.signer])
    await db.query('UPDATE ledger_checkpoint SET text = $1, signature = $2, at_us = $3 WHERE size = $4', [
      ...[text, signatureText(signatures[0]!), time, size],
    ])
  }
}

describe('a changed log', () => {
  it('tells that its last entries were removed', async () => {
    await db.query("DELETE FROM audit_row WHERE key = 'AuditEvent/d'")
    await cut(7)
    expect(await found(await exported())).toEqual([
      expect.stringMatching(
        /^removed: the log ends after 7 leaves, but the checkpoint of size 8.*the last one was removed$/,
      ),
    ])
  })

  it('tells of it where its checkpoints went too, by one that was kept elsewhere', async () => {
    const newest = noteText((await ledger.requireCheckpoint()).note)
    await db.query("DELETE FROM audit_row WHERE key IN ('AuditEvent/d', 'AuditEvent/c')")
    await db.query("DELETE FROM resource_row WHERE key IN ('Patient/1/_history/2', 'Patient/2/_history/1')")
    await cut(4)
    await db.query('DELETE FROM ledger_checkpoint WHERE size > 4')
    const folder = await exported()
    expect(await found(folder)).toEqual([])
    expect((await found(folder, newest))[0]).toMatch(
      /^removed: the log ends after 4 leaves, but the checkpoint of size 8.*\(witness-0\).*the last 4 were removed$/,
    )
  })

  it('tells which leaves are not those that were signed, where all but the signature was made to fit', async () => {
    await rewrite(3, '{"another":"story"}')
    expect((await found(await exported()))[0]).toMatch(
      /^altered: the leaves 2 to 3 are not what the checkpoint of size 4.*up to leaf 1 both agree/,
    )
  })

  it('tells of a fork that was signed again with the key itself, by a checkpoint that was kept elsewhere', async () => {
    await rewrite(3, '{"another":"story"}')
    await signAgain([4, 6, 8])
    const folder = await exported()
    expect(await found(folder)).toEqual([])
    expect((await found(folder, witnessed))[0]).toMatch(
      /^fork: this log is a fork: the checkpoint of size 6.*\(witness-0\) has another root.*both are signed by the log's key/,
    )
    // As a chain has it: without the signature, which the chain stands for.
    const bare = parseCheckpoint(witnessed)!.note.text
    expect((await found(folder, bare))[0]).toMatch(/^fork: /)
  })

  it.each([
    ['before an earlier one', -1_300_000_000, 'back-dated: '],
    ['before the rows that it holds', -500_000_000, 'back-dated: the checkpoint signed '],
  ])('tells of a checkpoint that was dated %s', async (_when, shiftUs, words) => {
    await signAgain([6], shiftUs)
    const first = (await found(await exported()))[0]!
    expect(first).toContain(words)
    expect(first).toMatch(/checkpoint .*is back-dated/)
  })

  it('tells of a checkpoint that a stranger signed, and of none at all', async () => {
    await db.query("UPDATE ledger_checkpoint SET signature = '— stranger AAAAAAAA' WHERE size = 6")
    expect((await found(await exported()))[0]).toMatch(
      /^unsigned: the checkpoint of size 6.*not signed by any of the known keys/,
    )
    await db.query('DELETE FROM ledger_checkpoint')
    expect((await found(await exported()))[0]).toMatch(/^removed: the log has no checkpoint/)
  })

  it('tells of a checkpoint whose text does not go with its signature', async () => {
    await db.query("UPDATE ledger_checkpoint SET text = replace(text, E'\\n6\\n', E'\\n5\\n') WHERE size = 6")
    expect((await found(await exported()))[0]).toMatch(/^unsigned: .*signature of .* does not hold/)
  })
})

describe('a changed export', () => {
  const changed = async (file: keyof typeof exportFiles, change: (lines: string[]) => string[]) => {
    const folder = await exported()
    const path = join(folder, exportFiles[file])
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    await writeFile(path, `${change(lines).join('\n')}\n`)
    return folder
  }

  it.each([
    [
      'a line was taken out',
      (lines: string[]) => lines.toSpliced(2, 1),
      /^removed: leaf 2 is missing in the export/,
    ],
    [
      'a line was put in',
      (lines: string[]) => lines.toSpliced(2, 0, lines[0]!),
      /^inserted: Patient\/1\/_history\/1 was inserted/,
    ],
    [
      'the last line was taken',
      (lines: string[]) => lines.slice(0, -1),
      /^removed: the log ends after 7 leaves/,
    ],
    [
      'two lines changed places',
      (lines: string[]) => lines.with(1, lines[2]!).with(2, lines[1]!),
      /^removed: leaf 1 is missing/,
    ],
  ])('is told of where %s', async (_what, change, first) => {
    expect((await found(await changed('leaves', change)))[0]).toMatch(first)
  })

  it.each([
    ['leaves', (lines: string[]) => lines.with(1, '{"leaf":1,'), 'leaves.ndjson line 2 is not JSON'],
    ['leaves', (lines: string[]) => lines.with(0, '{"leaf":-1}'), 'leaves.ndjson line 1 leaf'],
    [
      'checkpoints',
      (lines: string[]) => lines.with(0, '{"note":"x"}'),
      'checkpoints.ndjson line 1 is no checkpoint',
    ],
    ['vkeys', () => ['nobody'], '"nobody" is no vkey'],
    ['about', () => ['{}'], 'ledger.json format'],
  ] as const)('is refused where its %s cannot be read', async (file, change, words) => {
    await expect(found(await changed(file, change))).rejects.toThrow(words)
  })

  it('is refused where it was broken off', async () => {
    const folder = await exported()
    await rm(join(folder, exportFiles.about))
    await expect(found(folder)).rejects.toThrow('holds no ledger.json')
  })

  it('is not written over another', async () => {
    const folder = await exported()
    await expect(
      writeExport({ db, clock, origin: keys.origin, verifiers: keys.verifiers, sources }, folder),
    ).rejects.toThrow('EEXIST')
  })
})
