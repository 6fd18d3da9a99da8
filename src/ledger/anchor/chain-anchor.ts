/** Checkpoints in the contract that organisations share on an EVM chain. */
import { type Address, BaseError, ContractFunctionRevertedError, type Hex, keccak256, toHex } from 'viem'
import type { Micros } from '../../kernel/time.ts'
import { hex } from '../bytes.ts'
import type { Checkpoint } from '../note/checkpoint.ts'
import { type VerifierKey, vkeyText } from '../note/vkey.ts'
import type { EvmChain } from './evm-chain.ts'
import { checkpointAnchorAbi } from './interface.ts'
import type { Anchor } from './model.ts'

const microsPerSecond = 1_000_000

export const rootHex = ({ root }: Pick<Checkpoint, 'root'>): Hex => `0x${hex(root)}`
/** What a member's key is known by in the contract. */
export const keyHashOf = (key: VerifierKey): Hex => keccak256(toHex(vkeyText(key)))

export function chainAnchor(chain: EvmChain, contract: Address): Anchor {
  const lies = async (checkpoint: Checkpoint) => {
    const found = await chain.checkpointAt(contract, chain.account, BigInt(checkpoint.size))
    return found.anchoredAt > 0n && found.root === rootHex(checkpoint) ? found : undefined
  }
  return {
    place: 'chain',
    where: `contract ${contract}, as ${chain.account}`,
    async put({ checkpoint }) {
      // After a stop between the transaction and our note of it, it lies there already.
      let reference = 'anchored before'
      if (!(await lies(checkpoint))) {
        const madeAtS = BigInt(Math.floor((checkpoint.time ?? 0) / microsPerSecond))
        const args = [BigInt(checkpoint.size), rootHex(checkpoint), madeAtS] as const
        const hash = await chain.send(contract, checkpointAnchorAbi, 'anchor', args).catch(inWords)
        await chain.settled(hash)
        reference = hash
      }
      const found = await lies(checkpoint)
      if (!found) throw new Error('The chain took the checkpoint and does not hold it: it was reorganised.')
      return { reference, vouchedAt: (Number(found.anchoredAt) * microsPerSecond) as Micros }
    },
    holds: async ({ checkpoint }) => (await lies(checkpoint)) !== undefined,
  }
}

const words: Readonly<Record<string, string>> = {
  Equivocation: 'The contract holds another root for this size: the log was rewritten after it was anchored.',
  NotGrown: 'The contract holds a larger checkpoint: this log was set back to an earlier state.',
  BackDated: 'The contract finds the checkpoint back-dated; see the clock of this machine.',
  FromTheFuture: 'The contract finds the checkpoint to be from the future; see the clock of this machine.',
  NotAMember: 'This account is no member of the contract; the others must admit it first.',
}

/** A refusal by its meaning; everything else by its first line, without addresses of the node. */
export function inWords(error: unknown): never {
  const reverted =
    error instanceof BaseError ? error.walk((one) => one instanceof ContractFunctionRevertedError) : undefined
  const name = reverted instanceof ContractFunctionRevertedError ? reverted.data?.errorName : undefined
  if (name) throw new Error(words[name] ?? `The contract refuses: ${name}.`, { cause: error })
  const short = error instanceof BaseError ? error.shortMessage : (error as Error).message
  throw new Error(`The chain cannot be reached or did not take it: ${short}`, { cause: error })
}
