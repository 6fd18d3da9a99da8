/** A checkpoint laid down at real places: a file, OpenSSL's time-stamp authority, a contract on an EVM node. */
import { X509Certificate } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { type EvmNode, evmNode } from '../../../tests/evm-node.ts'
import { type TimeStampAuthority, timeStampAuthority } from '../../../tests/time-stamp-authority.ts'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { systemRandom } from '../../platform/random.ts'
import { loadLedgerKeys } from '../keys.ts'
import { createLedger, type Ledger, ledgerMigrations } from '../ledger.ts'
import { checkpointText } from '../note/checkpoint.ts'
import { noteText, signatureText, signNote } from '../note/note.ts'
import { ledgerRoutes } from '../routes.ts'
import { type Anchors, createAnchors } from './anchors.ts'
import { chainAnchor, keyHashOf } from './chain-anchor.ts'
import { crossCheck } from './cross-check.ts'
import { chainOf, type EvmChain } from './evm-chain.ts'
import { fileAnchor } from './file-anchor.ts'
import type { Anchor } from './model.ts'
import { verifyTimeStamp } from './time-stamp.ts'
import { timeStampAnchor } from './time-stamp-anchor.ts'

/** One organisation: its database, its log served over HTTP, its account. */
interface Organisation {
  readonly db: TestDatabase
  readonly home: string
  ledger: Ledger
  readonly chain: EvmChain
  readonly url: string
  readonly http: FastifyInstance
  grow(leaves: number): Promise<void>
}

let node: EvmNode
let authority: TimeStampAuthority
let north: Organisation
let south: Organisation
let contract: `0x${string}`
const opened: Organisation[] = []

async function organisation(keyIndex: number): Promise<Organisation> {
  const db = await testDatabase([ledgerMigrations])
  const home = await mkdtemp(join(tmpdir(), 'vitalwire-organisation-'))
  const keys = await loadLedgerKeys(home, systemRandom)
  const ledger = createLedger({ db, clock: systemClock, random: systemRandom, keys })
  const http = fastify()
  await http.register(
    ledgerRoutes({ ledger, mayRead: async () => false, rowOf: async () => undefined, onGiven: () => {} }),
  )
  const url = await http.listen({ host: '127.0.0.1', port: 0 })
  const chain = chainOf({ rpcUrl: node.rpcUrl, privateKey: node.keys[keyIndex]! })
  let written = 0
  const made: Organisation = {
    ...{ db, home, ledger, chain, url, http },
    async grow(leaves) {
      const entries = Array.from({ length: leaves }, () => ({
        ...{ kind: 'resource' as const, key: `Patient/${++written}/_history/1`, patients: [] },
        ...{ content: `{"n":${written}}`, atUs: systemClock.now() },
      }))
      await db.transaction((tx) => ledger.commit(tx, entries))
      await ledger.sequence()
    },
  }
  opened.push(made)
  return made
}

beforeAll(async () => {
  node = await evmNode()
  authority = await timeStampAuthority()
  north = await organisation(0)
  south = await organisation(1)
  const founder = ({ ledger, chain }: Organisation) => ({
    ...{ account: chain.account, origin: ledger.origin, keyHash: keyHashOf(ledger.verifiers[0]!) },
  })
  contract = await north.chain.deployAnchor([founder(north), founder(south)])
}, 60_000)
afterAll(async () => {
  for (const { db, home, http } of opened) {
    await http.close()
    await db.drop()
    await rm(home, { recursive: true, force: true })
  }
  await authority?.stop()
  await node?.stop()
})

const anchorsOf = ({ db, ledger }: Organisation, ...anchors: Anchor[]): Anchors =>
  createAnchors({ ...{ db, ledger, anchors, clock: systemClock, log: silentLog }, periodMs: 0 })
const shown = async (anchors: Anchors) =>
  (await anchors.view()).anchors.map(({ place, state, size }) => [place, state, size])

describe('a checkpoint', () => {
  it('is laid down in a file, under a time-stamp and on a chain, once each', async () => {
    await north.grow(7)
    const file = join(north.home, 'anchors', 'checkpoints')
    const anchors = anchorsOf(
      north,
      fileAnchor(file),
      timeStampAnchor({ url: authority.url, trustedFile: authority.rootFile, random: systemRandom }),
      chainAnchor(north.chain, contract),
    )
    await anchors.run()
    await anchors.run()
    expect(await shown(anchors)).toEqual([
      ['chain', 'confirmed', 7],
      ['time-stamp', 'confirmed', 7],
      ['file', 'confirmed', 7],
    ])
    const { note } = await north.ledger.requireCheckpoint()
    expect(await readFile(file, 'utf8')).toBe(noteText(note))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await anchors.check()).toEqual({ state: 'ok' })

    const { proof, vouchedAt } = (await anchors.view()).anchors[1]!
    const token = Buffer.from(proof!, 'base64')
    const root = [new X509Certificate(await readFile(authority.rootFile))]
    const stamp = verifyTimeStamp(token, Buffer.from(noteText(note)), root)
    expect(Math.abs(stamp.at - systemClock.now())).toBeLessThan(60_000_000)
    expect(vouchedAt).not.toBeNull()
  })

  it('has a time-stamp that holds for nothing else, by nobody else and with no bit changed', async () => {
    const message = Buffer.from('a checkpoint')
    const other = await timeStampAuthority()
    const trusted = [new X509Certificate(await readFile(authority.rootFile))]
    const stranger = [new X509Certificate(await readFile(other.rootFile))]
    await other.stop()
    const anchors = anchorsOf(
      south,
      timeStampAnchor({ url: authority.url, trustedFile: authority.rootFile, random: systemRandom }),
    )
    await south.grow(1)
    await anchors.run()
    const [view] = (await anchors.view()).anchors
    const token = Buffer.from(view!.proof!, 'base64')
    const signed = Buffer.from(view!.note)
    expect(() => verifyTimeStamp(token, signed, trusted)).not.toThrow()
    expect(() => verifyTimeStamp(token, message, trusted)).toThrow('of something else')
    expect(() => verifyTimeStamp(token, signed, stranger)).toThrow('none that is trusted')
    expect(() => verifyTimeStamp(token, signed, trusted, Buffer.alloc(16, 1))).toThrow('another request')
    const bent = Buffer.from(token)
    bent[bent.length - 20]! ^= 1
    expect(() => verifyTimeStamp(bent, signed, trusted)).toThrow()
  })

  it('that a file lost is said to be, and is laid down anew with the next', async () => {
    const file = join(south.home, 'lost')
    const anchors = anchorsOf(south, fileAnchor(file))
    await anchors.run()
    await writeFile(file, 'something else')
    await anchors.run()
    expect(await anchors.check()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('file'),
    })
    await anchors.run()
    expect((await shown(anchors))[0]).toEqual(['file', 'confirmed', 1])
  })

  it('that a place does not take is a failure in words, which others do not wait for', async () => {
    const nowhere = timeStampAnchor({
      ...{ url: 'http://127.0.0.1:9/', trustedFile: authority.rootFile, random: systemRandom },
    })
    const stranger = await organisation(2)
    await stranger.grow(1)
    const anchors = anchorsOf(
      stranger,
      nowhere,
      chainAnchor(stranger.chain, contract),
      fileAnchor(join(stranger.home, 'checkpoints')),
    )
    await anchors.run()
    expect(await shown(anchors)).toEqual([
      ['file', 'confirmed', 1],
      ['chain', 'failed', 1],
      ['time-stamp', 'failed', 1],
    ])
    expect((await anchors.check()).detail).toContain('no member of the contract')
  })
})

describe('two organisations on one chain', () => {
  const check = (who: Organisation, whom: Organisation) =>
    crossCheck({
      ...{ db: who.db, chain: who.chain, contract, clock: systemClock, log: silentLog },
      peers: [{ account: whom.chain.account, url: whom.url }],
    })

  it('check each other’s logs and sign what they found', async () => {
    await north.grow(5)
    await south.grow(3)
    await anchorsOf(north, chainAnchor(north.chain, contract)).run()
    await anchorsOf(south, chainAnchor(south.chain, contract)).run()
    expect(await check(south, north)).toMatchObject([{ outcome: 'consistent', size: 12, signed: true }])
    expect(await check(north, south)).toMatchObject([{ outcome: 'consistent', size: 4, signed: true }])
    expect(await check(south, north)).toMatchObject([{ outcome: 'consistent', signed: false }])
    expect(await north.chain.latest(contract, north.chain.account)).toMatchObject({ crossSignatures: 1 })
    await north.grow(4)
    expect(await check(south, north)).toMatchObject([{ outcome: 'consistent', size: 16 }])
  })

  it('find a log that was rewritten, dispute it in public and believe it no more', async () => {
    // North's administrator, who holds its key, writes another history of the same length under the same name.
    await north.db.query('TRUNCATE ledger_pending, ledger_entry, ledger_tile, ledger_checkpoint CASCADE')
    await north.db.query('UPDATE ledger_log SET size = 0')
    await north.grow(20)
    const [verdict] = await check(south, north)
    expect(verdict).toMatchObject({ outcome: 'fault', fault: expect.stringContaining('fork') })
    const disputes = await south.chain.disputes(contract, north.chain.account)
    expect(disputes).toMatchObject([{ size: 20n, by: south.chain.account }])
    expect(await check(south, north)).toEqual([verdict])
    expect((await anchorsOf(south).check()).detail).toContain('fork')
    // Nor can it be anchored at a size that stands there already.
    const anchors = anchorsOf(north, chainAnchor(north.chain, contract))
    await anchors.run()
    const latest = await north.chain.latest(contract, north.chain.account)
    expect(latest.size).toBe(20n)
    expect((await north.chain.checkpointAt(contract, north.chain.account, 12n)).anchoredAt).toBeGreaterThan(
      0n,
    )
  })

  it('find a checkpoint that is dated before the one it follows', async () => {
    await check(north, south)
    await south.grow(2)
    const back = new Date(Date.now() - 3_600_000).toISOString()
    const keys = await loadLedgerKeys(south.home, systemRandom)
    const { checkpoint } = await south.ledger.requireCheckpoint()
    const time = (Date.parse(back) * 1_000) as NonNullable<typeof checkpoint.time>
    const text = checkpointText({ ...checkpoint, time })
    const { signatures } = await signNote(text, [keys.signer])
    await south.db.query('UPDATE ledger_checkpoint SET text = $1, signature = $2 WHERE size = $3', [
      ...[text, signatureText(signatures[0]!), checkpoint.size],
    ])
    expect(await check(north, south)).toMatchObject([
      { outcome: 'fault', fault: expect.stringContaining('back-dated') },
    ])
  })

  it('tell a log that is silent from one that lies', async () => {
    const silent = { account: south.chain.account, url: 'http://127.0.0.1:9' }
    const third = await organisation(3)
    const verdicts = await crossCheck({
      ...{ db: third.db, chain: third.chain, contract, clock: systemClock, log: silentLog, peers: [silent] },
    })
    expect(verdicts).toMatchObject([{ outcome: 'unreachable' }])
    expect((await anchorsOf(third).check()).state).toBe('ok')
  })
})

it('is not confused by what else stands in the file', async () => {
  const file = join(south.home, 'shared')
  await appendFile(file, 'a line of somebody else\n')
  const signed = await south.ledger.requireCheckpoint()
  await fileAnchor(file).put(signed)
  await fileAnchor(file).put(signed)
  const text = await readFile(file, 'utf8')
  expect(text.split(noteText(signed.note)).length - 1).toBe(1)
})
