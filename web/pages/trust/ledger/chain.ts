import { type AnchorsView, base64, fromHex } from '../../../../src/ledger/contract.ts'

type Chain = NonNullable<AnchorsView['chain']>

/** The root that the contract holds for a size, in base64; asked of the chain itself, not of this server. */
export async function anchoredOnChain(chain: Chain, size: number): Promise<string | undefined> {
  const { createPublicClient, http, parseAbi } = await import('viem')
  const abi = parseAbi([
    'struct Checkpoint { bytes32 root; uint64 size; uint64 madeAt; uint64 anchoredAt; uint32 crossSignatures; }',
    'function checkpointAt(address member, uint64 size) view returns (Checkpoint)',
  ])
  const client = createPublicClient({ transport: http(chain.rpcUrl) })
  const found = await client.readContract({
    address: chain.contract as `0x${string}`,
    abi,
    functionName: 'checkpointAt',
    args: [chain.account as `0x${string}`, BigInt(size)],
  })
  return found.anchoredAt === 0n ? undefined : base64(fromHex(found.root.slice(2)))
}
