/** Decisions told to a registry on a real EVM node, across a stop and an erasure. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { type EvmNode, evmNode } from '../../../tests/evm-node.ts'
import { systemClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import { loadLedgerKeys } from '../keys.ts'
import { createLedger, type Ledger, ledgerMigrations } from '../ledger.ts'
import { keyHashOf } from './chain-anchor.ts'
import { commitmentHex, registerConsents } from './consent-register.ts'
import { chainOf, type EvmChain } from './evm-chain.ts'

let node: EvmNode
let db: TestDatabase
let home: string
let ledger: Ledger
let chain: EvmChain
let registry: `0x${string}`
const statuses = new Map<string, string>()

beforeAll(async () => {
  node = await evmNode()
  db = await testDatabase([ledgerMigrations])
  home = await mkdtemp(join(tmpdir(), 'vitalwire-registry-'))
  const keys = await loadLedgerKeys(home, systemRandom)
  ledger = createLedger({ db, clock: systemClock, random: systemRandom, keys })
  chain = chainOf({ rpcUrl: node.rpcUrl, privateKey: node.keys[0]! })
  const founder = { account: chain.account, origin: ledger.origin, keyHash: keyHashOf(keys.verifiers[0]!) }
  registry = await chain.deployRegistry(await chain.deployAnchor([founder]))
}, 60_000)
afterAll(async () => {
  await db?.drop()
  await node?.stop()
  await rm(home, { recursive: true, force: true })
})

async function write(key: string, status: string, patient = 'p1') {
  statuses.set(key, status)
  const entry = {
    kind: 'resource' as const,
    key,
    patients: [patient],
    content: status,
    atUs: systemClock.now(),
  }
  await db.transaction((tx) => ledger.commit(tx, [entry]))
  await ledger.sequence()
}
const register = () => registerConsents({ db, chain, registry, statusOf: async (key) => statuses.get(key) })
const onChain = async (key: string) => {
  const consent = await chain.consentOf(registry, commitmentHex((await ledger.entry(key))!))
  return consent.grantedAt === 0n ? 'unknown' : consent.withdrawnAt === 0n ? 'granted' : 'withdrawn'
}

it('tells the chain what was given and what was taken back, once', async () => {
  await write('Consent/a/_history/1', 'active')
  await write('Patient/p1/_history/1', 'active')
  await write('Consent/b/_history/1', 'active')
  expect(await register()).toBe(2)
  expect(await register()).toBe(0)
  expect(await onChain('Consent/a/_history/1')).toBe('granted')
  await write('Consent/a/_history/2', 'inactive')
  expect(await register()).toBe(1)
  expect([await onChain('Consent/a/_history/1'), await onChain('Consent/b/_history/1')]).toEqual([
    'withdrawn',
    'granted',
  ])
})

it('goes on after a stop between the chain and its own note of it', async () => {
  await db.query('UPDATE ledger_consent_cursor SET leaf = -1')
  expect(await register()).toBe(0)
})

it('says nothing of a decision whose patient was erased before it was told', async () => {
  await write('Consent/c/_history/1', 'active', 'gone')
  await db.transaction((tx) => ledger.forget(tx, ['gone']))
  expect(await register()).toBe(0)
})
