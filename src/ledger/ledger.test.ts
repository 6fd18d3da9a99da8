import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import type { Micros } from '../kernel/time.ts'
import { FakeClock } from '../platform/clock.ts'
import { systemRandom } from '../platform/random.ts'
import { joinBytes, utf8 } from './bytes.ts'
import { commitment } from './commitment.ts'
import { type LedgerKeys, loadLedgerKeys } from './keys.ts'
import { createLedger, type Ledger, ledgerMigrations } from './ledger.ts'
import { leafHash, rootOver } from './merkle/hash.ts'
import { verifyConsistency, verifyInclusion } from './merkle/verify.ts'
import type { LedgerEntry, LedgerSource } from './model.ts'
import { cosignedMessage, noteText, verifyNote } from './note/note.ts'
import { signatureTypes, type VerifierKey, verifierKey } from './note/vkey.ts'

let db: TestDatabase
let folder: string
let keys: LedgerKeys
let clock: FakeClock
let ledger: Ledger
const witnesses: VerifierKey[] = []

const entry = (n: number, patients = ['p1']): LedgerEntry => ({
  kind: 'resource',
  key: `Patient/${n}/_history/1`,
  patients,
  content: `{"id":"${n}"}`,
  atUs: clock.now(),
})
const commit = (...entries: LedgerEntry[]) => db.transaction((tx) => ledger.commit(tx, entries))
const many = (from: number, count: number) => Array.from({ length: count }, (_, i) => entry(from + i))

beforeAll(async () => {
  db = await testDatabase([ledgerMigrations])
  folder = await mkdtemp(join(tmpdir(), 'ledger-'))
  keys = await loadLedgerKeys(folder, systemRandom)
})
afterAll(async () => {
  await db.drop()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  await db.query(
    'TRUNCATE ledger_pending, ledger_entry, ledger_tile, ledger_checkpoint, ledger_cosignature, ledger_mark, ledger_anchor',
  )
  await db.query('UPDATE ledger_log SET size = 0, adopted = false')
  clock = new FakeClock()
  ledger = createLedger({ db, clock, random: systemRandom, keys, witnesses })
})

describe('the ledger', () => {
  it('has its key in the home, for its owner alone, and the same after a restart', async () => {
    expect((await stat(join(folder, 'keys', 'ledger.json'))).mode & 0o777).toBe(0o600)
    const again = await loadLedgerKeys(folder, systemRandom)
    expect(again.verifiers).toEqual(keys.verifiers)
  })

  it('holds what was committed, under a checkpoint that its key signed', async () => {
    expect(await ledger.checkpoint()).toBeUndefined()
    await commit(...many(0, 3))
    expect(await ledger.sequence()).toBe(3)
    const { checkpoint, note } = await ledger.requireCheckpoint()
    expect(checkpoint).toMatchObject({ origin: keys.origin, size: 3, time: clock.now() })
    expect(await verifyNote(note, keys.verifiers)).toEqual({ good: keys.verifiers, bad: [] })
  })

  it('has nothing of a write that was undone', async () => {
    const undone = db.transaction(async (tx) => {
      await ledger.commit(tx, many(0, 2))
      throw new Error('the write failed')
    })
    await expect(undone).rejects.toThrow('the write failed')
    expect(await ledger.sequence()).toBe(0)
    expect(await ledger.checkpoint()).toBeUndefined()
  })

  it('proves every leaf and every earlier size, over tile borders', async () => {
    const roots = new Map<number, Uint8Array>()
    for (const [from, count] of [
      [0, 1],
      [1, 254],
      [255, 1],
      [256, 300],
    ] as const) {
      await commit(...many(from, count))
      clock.advanceMs(1_000)
      await ledger.sequence()
      const { checkpoint } = await ledger.requireCheckpoint()
      roots.set(checkpoint.size, checkpoint.root)
    }
    expect([...roots.keys()]).toEqual([1, 255, 256, 556])
    for (const index of [0, 1, 254, 255, 256, 555]) {
      const { leaf, hashes, checkpoint } = await ledger.inclusion(index)
      const { size, root } = checkpoint
      expect(verifyInclusion({ leaf: leafHash(leaf), index, size, root, proof: hashes })).toBe(true)
    }
    for (const [from, fromRoot] of roots) {
      for (const [to, toRoot] of roots) {
        if (from > to) continue
        const proof = await ledger.consistency(from, to)
        expect(verifyConsistency({ from, fromRoot, to, toRoot, proof })).toBe(true)
      }
    }
    await expect(ledger.inclusion(556)).rejects.toThrow('newest checkpoint is of size 556')
    await expect(ledger.consistency(1, 557)).rejects.toThrow('newest checkpoint is of size 556')
  })

  it('opens a leaf by the key of its row', async () => {
    await commit(entry(7))
    await ledger.sequence()
    const found = (await ledger.entry('Patient/7/_history/1'))!
    const { leaf } = await ledger.inclusion(found.leaf)
    expect(commitment(found, found.salt)).toEqual(Uint8Array.from(leaf))
  })

  it('serves tiles and entries that hash to its root', async () => {
    await commit(...many(0, 258))
    await ledger.sequence()
    const full = (await ledger.tile({ level: 0, index: 0, width: 256 }))!
    const rest = (await ledger.tile({ level: 0, index: 1, width: 2 }))!
    const top = (await ledger.tile({ level: 1, index: 0, width: 1 }))!
    const split = (bytes: Uint8Array) =>
      Array.from({ length: bytes.length / 32 }, (_, i) =>
        Uint8Array.from(bytes.subarray(i * 32, i * 32 + 32)),
      )
    expect(rootOver(split(full))).toEqual(Uint8Array.from(top))
    const { checkpoint } = await ledger.requireCheckpoint()
    expect(rootOver([...split(full), ...split(rest)])).toEqual(checkpoint.root)
    const entries = (await ledger.tile({ level: 'entries', index: 1, width: 2 }))!
    expect(leafHash(entries.subarray(2, 34))).toEqual(split(rest)[0])
    expect(await ledger.tile({ level: 0, index: 1, width: 3 })).toBeUndefined()
    expect(await ledger.tile({ level: 0, index: 2, width: 1 })).toBeUndefined()
  })

  it('signs no fork of itself', async () => {
    await commit(...many(0, 3))
    await ledger.sequence()
    await db.query(
      'UPDATE ledger_tile SET hashes = set_byte(hashes, 4, get_byte(hashes, 4) # 1) WHERE level = 0',
    )
    await commit(entry(9))
    await expect(ledger.sequence()).rejects.toThrow('no longer what its checkpoint')
    expect((await ledger.requireCheckpoint()).checkpoint.size).toBe(3)
  })

  it('adds nothing to tiles that are not whole', async () => {
    await commit(...many(0, 3))
    await ledger.sequence()
    await db.query('UPDATE ledger_tile SET hashes = substr(hashes, 33)')
    await commit(entry(9))
    await expect(ledger.sequence()).rejects.toThrow('holds 2 hashes where its size says 3')
  })

  it('numbers each row once when two sequence at a time', async () => {
    for (let i = 0; i < 20; i++) await commit(...many(i * 10, 10))
    await Promise.all([ledger.sequence(), ledger.sequence(), ledger.sequence()])
    await ledger.sequence()
    const rows = await db.query<{ leaf: number; key: string }>(
      'SELECT leaf, key FROM ledger_entry ORDER BY leaf',
    )
    expect(rows).toEqual(many(0, 200).map(({ key }, leaf) => ({ leaf, key })))
  })

  it('has rising times of checkpoints though the clock stands or goes back', async () => {
    await commit(entry(1))
    await ledger.sequence()
    const first = (await ledger.requireCheckpoint()).checkpoint.time!
    clock = new FakeClock(first - 10_000_000)
    ledger = createLedger({ db, clock, random: systemRandom, keys })
    await commit(entry(2))
    await ledger.sequence()
    expect((await ledger.requireCheckpoint()).checkpoint.time).toBe((first + 1) as Micros)
  })
})

describe('erasure', () => {
  it('takes what opens the leaves, numbered or not, and leaves the log whole', async () => {
    await commit(entry(1, ['p1']), entry(2, ['p2']), entry(3, ['p1', 'p2']))
    await ledger.sequence()
    const before = await ledger.requireCheckpoint()
    await commit(entry(4, ['p1']))
    await db.transaction((tx) => ledger.forget(tx, ['p1']))
    clock.advanceMs(1_000)
    await ledger.sequence()

    const after = await ledger.requireCheckpoint()
    expect(after.checkpoint.size).toBe(5)
    const [from, to] = [before.checkpoint, after.checkpoint]
    const proof = await ledger.consistency(from.size, to.size)
    expect(
      verifyConsistency({ from: from.size, fromRoot: from.root, to: to.size, toRoot: to.root, proof }),
    ).toBe(true)
    const kept = await db.query<{ key: string }>('SELECT key FROM ledger_entry ORDER BY leaf')
    expect(kept[0]!.key).toBe('Patient/2/_history/1')
    expect(kept[1]!.key).toMatch(/^ledger\/forgotten\//)
    expect(kept).toHaveLength(2)
    const [mark] = await db.query<{ content: string }>('SELECT content FROM ledger_mark')
    expect(JSON.parse(mark!.content)).toMatchObject({ forgotten: { leaves: [0, 2] }, rewritten: [] })
    const { leaf } = await ledger.inclusion(3)
    expect(JSON.parse(mark!.content).forgotten.commitments).toEqual([Buffer.from(leaf).toString('base64')])
  })

  it('leaves rows that stand as they were to their leaves, and commits anew to those that were rewritten', async () => {
    const rows = [entry(1), entry(2), entry(3)]
    const source: LedgerSource = {
      kind: 'resource',
      read: async (_db, asked) => rows.filter(({ key }) => asked.includes(key)),
      page: async () => [],
    }
    ledger = createLedger({ db, clock, random: systemRandom, keys, sources: [source] })
    await commit(...rows)
    await ledger.sequence()
    rows.splice(1, 2, { ...rows[1]!, content: '{}', patients: [] })
    await db.transaction((tx) => ledger.forget(tx, ['p1']))
    await ledger.sequence()
    const kept = await db.query<{ leaf: number; key: string; adopted: boolean }>(
      "SELECT leaf, key, adopted FROM ledger_entry WHERE kind = 'resource' ORDER BY leaf",
    )
    expect(kept).toEqual([
      { leaf: 0, key: 'Patient/1/_history/1', adopted: false },
      { leaf: 3, key: 'Patient/2/_history/1', adopted: true },
    ])
  })

  it('of someone the log knows nothing of says nothing', async () => {
    await db.transaction((tx) => ledger.forget(tx, ['stranger']))
    expect(await ledger.sequence()).toBe(0)
  })
})

describe('rows from before the log', () => {
  it('are adopted once, page by page, without those that have a leaf', async () => {
    const old = many(0, 2_500)
    const source: LedgerSource = {
      kind: 'resource',
      read: async () => [],
      page: async (_db, after, limit) => {
        const start = after === undefined ? 0 : old.findIndex(({ key }) => key === after) + 1
        return old.slice(start, start + limit)
      },
    }
    ledger = createLedger({ db, clock, random: systemRandom, keys, sources: [source] })
    await commit(old[5]!)
    await ledger.adopt()
    await ledger.sequence()
    const [counts] = await db.query<{ adopted: number; all: number }>(
      'SELECT count(*) FILTER (WHERE adopted) AS adopted, count(*) AS all FROM ledger_entry',
    )
    expect(counts).toEqual({ adopted: 2_499, all: 2_501 })
    old.push(entry(9_999))
    await ledger.adopt()
    expect(await ledger.sequence()).toBe(0)
  })
})

describe('cosignatures', () => {
  async function witness(): Promise<{ key: VerifierKey; sign(text: string): Promise<string> }> {
    const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
    const key = verifierKey('witness.example', signatureTypes.cosignature, raw)
    return {
      key,
      async sign(text) {
        const signed = await crypto.subtle.sign('Ed25519', pair.privateKey, utf8(cosignedMessage(text, 1)))
        const signature = joinBytes(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1), new Uint8Array(signed))
        return noteText({ text, signatures: [{ name: key.name, keyId: key.keyId, signature }] })
      },
    }
  }

  it('of known witnesses are kept and shown under the checkpoint', async () => {
    const known = await witness()
    witnesses.splice(0, witnesses.length, known.key)
    await commit(entry(1))
    await ledger.sequence()
    const { note } = await ledger.requireCheckpoint()
    expect(await ledger.cosign(await known.sign(note.text))).toEqual(['witness.example'])
    expect(await ledger.cosign(await known.sign(note.text))).toEqual(['witness.example'])
    const cosigned = await ledger.requireCheckpoint()
    expect((await verifyNote(cosigned.note, [...keys.verifiers, known.key])).good).toHaveLength(2)

    const stranger = await witness()
    await expect(ledger.cosign(await stranger.sign(note.text))).rejects.toThrow('LEDGER_WITNESSES')
    const forged = (await known.sign(note.text)).replace(/\n1\n/, '\n2\n')
    await expect(ledger.cosign(forged)).rejects.toThrow('no such checkpoint')
    await expect(ledger.cosign('nothing')).rejects.toThrow('not a signed checkpoint')
  })
})

it('of checkpoints over an hour old, one in five minutes stays, and all that others signed or hold', async () => {
  const sizes: number[] = []
  for (let i = 0; i < 12; i++) {
    await commit(entry(i))
    await ledger.sequence()
    sizes.push((await ledger.requireCheckpoint()).checkpoint.size)
    clock.advanceMs(60_000)
  }
  await db.query(
    "INSERT INTO ledger_cosignature SELECT at_us, 'w', '00', '— w AAAA' FROM ledger_checkpoint WHERE size = 2",
  )
  await db.query(
    "INSERT INTO ledger_anchor (place, size, note, state, tried_at) VALUES ('file', 3, '', 'confirmed', 0)",
  )
  clock.advanceMs(3_600_000)
  await ledger.thin()
  const kept = await db.query<{ size: number }>('SELECT size FROM ledger_checkpoint ORDER BY size')
  expect(kept.map(({ size }) => size)).toEqual([2, 3, 5, 10, 12])
  expect(sizes.at(-1)).toBe(12)
})
