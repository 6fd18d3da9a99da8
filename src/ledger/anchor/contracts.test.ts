/** The contracts on a real EVM node, each rule by a transaction. */
import { readFileSync } from 'node:fs'
import { type Address, type Hex, keccak256, toFunctionSelector, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compiled } from '../../../contracts/compile.ts'
import { type EvmNode, evmNode } from '../../../tests/evm-node.ts'
import { chainOf, type EvmChain } from './evm-chain.ts'
import { checkpointAnchorAbi, consentDomain, consentRegistryAbi, consentTypes } from './interface.ts'

const artefact = new URL('./compiled.json', import.meta.url)
const root = (name: string): Hex => keccak256(toHex(name))
let node: EvmNode
let north: EvmChain
let south: EvmChain
let stranger: EvmChain
let contract: Address
let registry: Address
let nowS: number

beforeAll(async () => {
  node = await evmNode()
  const [a, b, c] = node.keys
  north = chainOf({ rpcUrl: node.rpcUrl, privateKey: a! })
  south = chainOf({ rpcUrl: node.rpcUrl, privateKey: b! })
  stranger = chainOf({ rpcUrl: node.rpcUrl, privateKey: c! })
  contract = await north.deployAnchor([
    { account: north.account, origin: 'north.example/ledger', keyHash: root('north key') },
    { account: south.account, origin: 'south.example/ledger', keyHash: root('south key') },
  ])
  registry = await north.deployRegistry(contract)
  nowS = await north.timeS()
}, 60_000)
afterAll(() => node?.stop())

/** The name of the error a call reverts with, and its values. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    const cause = error as { walk?: (test: (one: unknown) => boolean) => unknown }
    const found = cause.walk?.(
      (one) => (one as { data?: { errorName?: string } }).data?.errorName !== undefined,
    )
    return (found as { data: { errorName: string } } | null)?.data.errorName ?? String(error)
  }
  return 'nothing'
}
const anchor = (chain: EvmChain, size: number, name: string, madeAtS = nowS) =>
  chain.write(contract, checkpointAnchorAbi, 'anchor', [BigInt(size), root(name), BigInt(madeAtS)])

it('is compiled from the source that lies beside it', () => {
  expect(readFileSync(artefact, 'utf8')).toBe(compiled())
}, 60_000)

it.each([
  ['CheckpointAnchor', checkpointAnchorAbi],
  ['ConsentRegistry', consentRegistryAbi],
] as const)('%s is called as it was compiled', (name, abi) => {
  const built = JSON.parse(readFileSync(artefact, 'utf8')) as Record<string, { abi: typeof abi }>
  const named = (one: { type: string; name?: string }) => `${one.type} ${one.name ?? ''}`
  const signature = (one: (typeof abi)[number]) =>
    one.type === 'function' ? toFunctionSelector(one) : JSON.stringify(one.type)
  for (const one of abi) {
    const same = built[name]!.abi.find((other) => named(other) === named(one))
    expect(same, named(one)).toBeDefined()
    expect(signature(same as typeof one)).toBe(signature(one))
  }
})

describe('a checkpoint', () => {
  it('is anchored, grows, and is never replaced', async () => {
    await anchor(north, 10, 'ten')
    expect(await refusal(anchor(north, 10, 'another ten'))).toBe('Equivocation')
    expect(await refusal(anchor(north, 10, 'ten'))).toBe('NotGrown')
    expect(await refusal(anchor(north, 9, 'nine'))).toBe('NotGrown')
    await anchor(north, 25, 'twenty-five')
    const latest = await north.latest(contract, north.account)
    expect([latest.size, latest.root]).toEqual([25n, root('twenty-five')])
    expect((await north.checkpointAt(contract, north.account, 10n)).root).toBe(root('ten'))
  })

  it.each([
    ['is not taken from a stranger', () => anchor(stranger, 1, 'x'), 'NotAMember'],
    ['is not back-dated by more than a day', () => anchor(south, 1, 'x', nowS - 100_000), 'BackDated'],
    ['is not from the future', () => anchor(south, 1, 'x', nowS + 100_000), 'FromTheFuture'],
    ['is not made before the one it follows', () => anchor(north, 26, 'x', nowS - 60), 'BackDated'],
  ])('%s', async (_title, call, error) => {
    expect(await refusal(call())).toBe(error)
  })

  it('is cross-signed by another member, once, and only as it stands', async () => {
    const sign = (chain: EvmChain, size: bigint, name: string) =>
      chain.write(contract, checkpointAnchorAbi, 'crossSign', [north.account, size, root(name)])
    expect(await refusal(sign(south, 10n, 'a fork of ten'))).toBe('Equivocation')
    expect(await refusal(sign(south, 11n, 'eleven'))).toBe('NothingAnchored')
    expect(await refusal(sign(north, 10n, 'ten'))).toBe('OwnLog')
    await sign(south, 10n, 'ten')
    expect(await refusal(sign(south, 10n, 'ten'))).toBe('CrossSignedBefore')
    expect((await north.checkpointAt(contract, north.account, 10n)).crossSignatures).toBe(1)
  })

  it('is disputed in public by a member who was shown another', async () => {
    await south.write(contract, checkpointAnchorAbi, 'dispute', [north.account, 25n, root('fork')])
    expect(await north.disputes(contract, north.account)).toMatchObject([
      { size: 25n, by: south.account, rootSeen: root('fork') },
    ])
  })
})

describe('membership', () => {
  it('is given and taken by more than half, and votes do not outlive a change', async () => {
    const admit = (chain: EvmChain) =>
      chain.write(contract, checkpointAnchorAbi, 'admit', [stranger.account, 'west', root('west key')])
    await admit(north)
    expect(await refusal(admit(north))).toBe('AlreadyVoted')
    expect(await north.isMember(contract, stranger.account)).toBe(false)
    await admit(south)
    expect(await north.isMember(contract, stranger.account)).toBe(true)
    const remove = (chain: EvmChain) =>
      chain.write(contract, checkpointAnchorAbi, 'remove', [stranger.account])
    await remove(north)
    await remove(south)
    expect(await north.isMember(contract, stranger.account)).toBe(false)
    await admit(north)
    expect(await north.isMember(contract, stranger.account)).toBe(false)
  })
})

describe('a consent', () => {
  const wallet = privateKeyToAccount('0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6')
  const call = (chain: EvmChain, name: 'grant' | 'withdraw', commitment: Hex) =>
    chain.write(registry, consentRegistryAbi, name, [commitment])
  const domain = () => consentDomain(31_337, registry)
  const deadline = () => BigInt(nowS + 3_600)

  it('is recorded and withdrawn by an organisation, and stays withdrawn', async () => {
    await call(north, 'grant', root('c1'))
    expect(await refusal(call(south, 'grant', root('c1')))).toBe('KnownAlready')
    expect(await refusal(call(stranger, 'grant', root('c0')))).toBe('NotAMember')
    expect(await refusal(call(south, 'withdraw', root('c1')))).toBe('NotYours')
    await call(north, 'withdraw', root('c1'))
    expect(await refusal(call(north, 'withdraw', root('c1')))).toBe('WithdrawnAlready')
    expect(await refusal(call(north, 'withdraw', root('c9')))).toBe('Unknown')
    const consent = await north.consentOf(registry, root('c1'))
    expect([consent.recordedBy, consent.withdrawnAt > 0n]).toEqual([north.account, true])
  })

  it('is signed by a patient’s own wallet for one organisation, and withdrawn by it through anyone', async () => {
    const commitment = root('c2')
    const message = { commitment, organisation: north.account, deadline: deadline() }
    const signature = await wallet.signTypedData({
      ...{ domain: domain(), types: consentTypes, primaryType: 'Grant', message },
    })
    const grant = (chain: EvmChain) =>
      chain.write(registry, consentRegistryAbi, 'grantSigned', [commitment, message.deadline, signature])
    await grant(north)
    expect((await north.consentOf(registry, commitment)).holder).toBe(wallet.address)
    expect(await refusal(grant(north))).toBe('KnownAlready')

    const withdrawal = { commitment, deadline: deadline() }
    const signed = await wallet.signTypedData({
      ...{ domain: domain(), types: consentTypes, primaryType: 'Withdrawal', message: withdrawal },
    })
    const end = (sent: Hex) =>
      stranger.write(registry, consentRegistryAbi, 'withdrawSigned', [commitment, withdrawal.deadline, sent])
    expect(await refusal(end(signature))).toBe('NotYours')
    await end(signed)
    expect((await north.consentOf(registry, commitment)).withdrawnAt).toBeGreaterThan(0n)
  })

  it('is not taken by another organisation than the patient named, nor after its time', async () => {
    const message = { commitment: root('c3'), organisation: north.account, deadline: deadline() }
    const sign = (given: typeof message) =>
      wallet.signTypedData({ domain: domain(), types: consentTypes, primaryType: 'Grant', message: given })
    const signature = await sign(message)
    await south.write(registry, consentRegistryAbi, 'grantSigned', [
      message.commitment,
      message.deadline,
      signature,
    ])
    // Another digest recovers another address: whoever that is, the patient's wallet is not bound.
    expect((await north.consentOf(registry, message.commitment)).holder).not.toBe(wallet.address)
    const late = { ...message, commitment: root('c4'), deadline: BigInt(nowS - 1) }
    const sent = await sign(late)
    expect(
      await refusal(
        north.write(registry, consentRegistryAbi, 'grantSigned', [late.commitment, late.deadline, sent]),
      ),
    ).toBe('TooLate')
  })
})

it('costs little: an anchor less than 200,000 gas, a grant less than 100,000', async () => {
  const gas = await anchor(south, 3, 'three')
  expect(gas).toBeLessThan(200_000n)
  expect(await north.write(registry, consentRegistryAbi, 'grant', [root('c5')])).toBeLessThan(100_000n)
})
