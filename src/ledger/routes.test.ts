import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { ProblemError } from '../kernel/problem.ts'
import { FakeClock } from '../platform/clock.ts'
import { errorHandler } from '../platform/http/problems.ts'
import { silentLog } from '../platform/log.ts'
import { systemRandom } from '../platform/random.ts'
import { fromBase64 } from './bytes.ts'
import {
  type ConsistencyView,
  commitment,
  contentDigest,
  leafHash,
  type ProofView,
  parseCheckpoint,
  parseTlogProof,
  parseVkey,
  sameHash,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
} from './contract.ts'
import { loadLedgerKeys } from './keys.ts'
import { createLedger, type Ledger, ledgerMigrations } from './ledger.ts'
import { ledgerRoutes } from './routes.ts'

let db: TestDatabase
let folder: string
let ledger: Ledger
let app: FastifyInstance

const told: unknown[] = []
const content = '{"resourceType":"Patient","id":"1"}'
const key = 'Patient/1/_history/1'

beforeAll(async () => {
  db = await testDatabase([ledgerMigrations])
  folder = await mkdtemp(join(tmpdir(), 'ledger-'))
  const clock = new FakeClock()
  const keys = await loadLedgerKeys(folder, systemRandom)
  ledger = createLedger({ db, clock, random: systemRandom, keys })
  for (const first of [0, 2]) {
    const rows = [first, first + 1].map((n) => ({
      kind: 'resource' as const,
      key: `Patient/${n}/_history/1`,
      patients: [`${n}`],
      content: n === 1 ? content : `{"n":${n}}`,
      atUs: clock.now(),
    }))
    await db.transaction((tx) => ledger.commit(tx, rows))
    await ledger.sequence()
  }
  app = Fastify()
  app.setErrorHandler(errorHandler(silentLog))
  await app.register(
    ledgerRoutes({
      ledger,
      mayRead: async ({ headers }, asked) => {
        if (headers.authorization === undefined)
          throw new ProblemError({ code: 'not-signed-in', status: 401, message: 'Sign in.' })
        return headers.authorization === `Bearer ${asked}`
      },
      rowOf: async (_kind, asked) => (asked === key ? { content } : undefined),
      onGiven: (_request, given) => void told.push(given),
    }),
  )
})
afterAll(async () => {
  await app.close()
  await db.drop()
  await rm(folder, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
const json = { accept: 'application/json' }

/** As a stranger would: from what the server says, and the key. */
async function trustedCheckpoint(source: string) {
  const signed = parseCheckpoint(source)!
  const vkeys = (await get('/ledger/keys')).body
    .trim()
    .split('\n')
    .map((line) => parseVkey(line)!)
  const { good, bad } = await verifyNote(signed.note, vkeys)
  expect([good.length, bad.length]).toEqual([1, 0])
  return signed.checkpoint
}

describe('the ledger over HTTP', () => {
  it('shows its checkpoint to everyone, for seconds', async () => {
    const answer = await get('/ledger/checkpoint')
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=2',
    })
    expect((await trustedCheckpoint(answer.body)).size).toBe(4)
    expect((await trustedCheckpoint((await get('/ledger/checkpoint?size=2')).body)).size).toBe(2)
  })

  it('serves tiles and entries for ever', async () => {
    const tile = await get('/ledger/tile/0/000.p/4')
    expect(tile.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(tile.rawPayload).toHaveLength(4 * 32)
    const entries = (await get('/ledger/tile/entries/000.p/4')).rawPayload
    expect(entries).toHaveLength(4 * 34)
    expect(leafHash(entries.subarray(2, 34))).toEqual(Uint8Array.from(tile.rawPayload.subarray(0, 32)))
  })

  it('proves a leaf in text that stands by itself', async () => {
    const proof = parseTlogProof((await get('/ledger/proof?index=2')).body)!
    const { leaf } = await ledger.inclusion(2)
    const { root, size } = proof.checkpoint
    const claim = { leaf: leafHash(leaf), index: 2, size, root, proof: proof.hashes }
    expect(verifyInclusion(claim)).toBe(true)
    expect(verifyInclusion({ ...claim, index: 1 })).toBe(false)
  })

  it('proves a row from its text to the signature, to whoever may read it', async () => {
    const answer = await get(`/ledger/proof?key=${key}`, { ...json, authorization: `Bearer ${key}` })
    const { entry, index, hashes, checkpoint: note } = answer.json<ProofView>()
    const checkpoint = await trustedCheckpoint(note)
    const leaf = commitment({ ...entry!, digest: contentDigest(entry!.content!) }, fromBase64(entry!.salt)!)
    expect(told.at(-1)).toEqual({ patients: ['1'], what: [key] })
    const { size, root } = checkpoint
    const proof = hashes.map((hash) => fromBase64(hash)!)
    expect(verifyInclusion({ leaf: leafHash(leaf), index, size, root, proof })).toBe(true)
    const altered = commitment(
      { ...entry!, digest: contentDigest(`${entry!.content} `) },
      fromBase64(entry!.salt)!,
    )
    expect(sameHash(altered, leaf)).toBe(false)
  })

  it('proves that one checkpoint continues another', async () => {
    const [old, now] = await Promise.all(
      ['?size=2', ''].map(async (query) => trustedCheckpoint((await get(`/ledger/checkpoint${query}`)).body)),
    )
    const { hashes } = (await get('/ledger/consistency?from=2&to=4')).json<ConsistencyView>()
    const proof = hashes.map((hash) => fromBase64(hash)!)
    const claim = { from: old!.size, fromRoot: old!.root, to: now!.size, toRoot: now!.root, proof }
    expect(verifyConsistency(claim)).toBe(true)
  })

  it.each([
    ['/ledger/checkpoint?size=3', 404, 'No checkpoint of size 3'],
    ['/ledger/tile/0/001', 404, 'no such tile'],
    ['/ledger/tile/0/000.p/5', 404, 'no such tile'],
    ['/ledger/tile/0/../0/000', 404, ''],
    ['/ledger/proof', 400, 'give either index or key'],
    ['/ledger/proof?index=1&key=x', 400, 'give either index or key'],
    ['/ledger/proof?index=-1', 400, 'index'],
    ['/ledger/proof?index=4', 404, 'size 4'],
    ['/ledger/consistency?from=3&to=2', 400, 'from must not be greater'],
    ['/ledger/consistency?from=1&to=5', 404, 'size 4'],
    [`/ledger/proof?key=${key}`, 401, 'Sign in'],
  ])('refuses %s with %i', async (url, status, words) => {
    const answer = await get(url)
    expect(answer.statusCode).toBe(status)
    expect(answer.body).toContain(words)
  })

  it('does not tell a row that may not be read from one that is not there', async () => {
    const authorization = { ...json, authorization: 'Bearer another' }
    const hidden = await get(`/ledger/proof?key=${key}`, authorization)
    const missing = await get('/ledger/proof?key=Patient/none/_history/1', authorization)
    expect([hidden.statusCode, hidden.body]).toEqual([404, missing.body])
  })

  it('refuses cosignatures that are none', async () => {
    const post = (payload: string, type = 'text/plain') =>
      app.inject({ method: 'POST', url: '/ledger/cosignatures', payload, headers: { 'content-type': type } })
    expect((await post('x')).statusCode).toBe(422)
    expect((await post((await get('/ledger/checkpoint')).body)).body).toContain('LEDGER_WITNESSES')
    expect((await post('{}', 'application/json')).statusCode).toBe(415)
  })
})
