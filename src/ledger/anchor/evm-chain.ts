/** One account on an EVM chain, as far as anchoring needs it. */
import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { bytecodes, checkpointAnchorAbi, consentRegistryAbi } from './interface.ts'

export interface EvmAccount {
  readonly rpcUrl: string
  readonly privateKey: Hex
  /** Blocks on top of a transaction's before it counts. Default: 1. */
  readonly confirmations?: number
}

export interface Founder {
  readonly account: Address
  /** The log's origin, as its checkpoints say it. */
  readonly origin: string
  readonly keyHash: Hex
}

export type EvmChain = ReturnType<typeof chainOf>

const callTimeoutMs = 20_000

export function chainOf({ rpcUrl, privateKey, confirmations = 1 }: EvmAccount) {
  const account = privateKeyToAccount(privateKey)
  const transport = http(rpcUrl, { timeout: callTimeoutMs, retryCount: 2 })
  const reader = createPublicClient({ transport })

  async function writer() {
    const id = await reader.getChainId()
    const chain = defineChain({
      ...{ id, name: `chain ${id}`, rpcUrls: { default: { http: [rpcUrl] } } },
      nativeCurrency: { name: 'ether', symbol: 'ETH', decimals: 18 },
    })
    return createWalletClient({ account, chain, transport })
  }

  async function settled(hash: Hex) {
    const receipt = await reader.waitForTransactionReceipt({ hash, confirmations })
    if (receipt.status !== 'success') throw new Error(`the transaction ${hash} was reverted`)
    return receipt
  }

  async function deploy(abi: Abi, bytecode: Hex, args: readonly unknown[]): Promise<Address> {
    const wallet = await writer()
    const hash = await wallet.deployContract({ abi, bytecode, args: args as never })
    const { contractAddress } = await settled(hash)
    if (!contractAddress) throw new Error(`the transaction ${hash} made no contract`)
    return contractAddress
  }

  /** Simulated first, so that a refusal is told by its name and costs nothing. */
  async function send<const abi extends Abi, name extends ContractFunctionName<abi, 'nonpayable'>>(
    address: Address,
    abi: abi,
    functionName: name,
    args: ContractFunctionArgs<abi, 'nonpayable', name>,
  ): Promise<Hex> {
    const wallet = await writer()
    const { request } = await reader.simulateContract({
      ...{ account, address, abi, functionName, args },
    } as Parameters<typeof reader.simulateContract>[0])
    return wallet.writeContract(request as Parameters<typeof wallet.writeContract>[0])
  }

  return {
    account: account.address,
    reader,
    send,
    settled,
    /** Sent and confirmed; the gas it took. */
    async write<const abi extends Abi, name extends ContractFunctionName<abi, 'nonpayable'>>(
      address: Address,
      abi: abi,
      functionName: name,
      args: ContractFunctionArgs<abi, 'nonpayable', name>,
    ): Promise<bigint> {
      return (await settled(await send(address, abi, functionName, args))).gasUsed
    },
    deployAnchor: (founders: readonly Founder[]) =>
      deploy(checkpointAnchorAbi, bytecodes.checkpointAnchor, [founders]),
    deployRegistry: (organisations: Address) =>
      deploy(consentRegistryAbi, bytecodes.consentRegistry, [organisations]),
    timeS: async () => Number((await reader.getBlock()).timestamp),
    latest: (address: Address, member: Address) =>
      reader.readContract({ address, abi: checkpointAnchorAbi, functionName: 'latest', args: [member] }),
    checkpointAt: (address: Address, member: Address, size: bigint) =>
      reader.readContract({
        ...{ address, abi: checkpointAnchorAbi, functionName: 'checkpointAt', args: [member, size] },
      }),
    async isMember(address: Address, member: Address): Promise<boolean> {
      const args = [member] as const
      const found = await reader.readContract({
        ...{ address, abi: checkpointAnchorAbi, functionName: 'members', args },
      })
      return found[2]
    },
    async disputes(address: Address, member: Address) {
      const events = await reader.getContractEvents({
        ...{ address, abi: checkpointAnchorAbi, eventName: 'Disputed', args: { member }, fromBlock: 0n },
      })
      return events.map(({ args }) => args)
    },
    consentOf: (address: Address, commitment: Hex) =>
      reader.readContract({
        ...{ address, abi: consentRegistryAbi, functionName: 'consentOf', args: [commitment] },
      }),
  }
}
