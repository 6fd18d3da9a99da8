/**
 * Decisions of patients on the chain, as the commitments that their leaves hold: that one was given and when it was withdrawn
 * can be shown by who can open the commitment, and by nobody once its salt is gone.
 */
import { type Address, BaseError, ContractFunctionRevertedError, type Hex } from 'viem'
import type { Database } from '../../platform/postgres/database.ts'
import { hex } from '../bytes.ts'
import { commitment } from '../commitment.ts'
import { consentCursor, consentEntries, firstOf, moveConsentCursor } from '../store/consents.ts'
import type { KeptEntry } from '../store/entries.ts'
import { inWords } from './chain-anchor.ts'
import type { EvmChain } from './evm-chain.ts'
import { consentRegistryAbi } from './interface.ts'

export interface ConsentRegisterDeps {
  readonly db: Database
  readonly chain: EvmChain
  readonly registry: Address
  /** `active` or not, of a version of a Consent; undefined where it is gone. */
  readonly statusOf: (key: string) => Promise<string | undefined>
}

const batch = 100
/** What a stop between chain and database leaves: it stands there already. */
const doneBefore = new Set(['KnownAlready', 'WithdrawnAlready', 'Unknown'])

export const commitmentHex = (entry: KeptEntry): Hex => `0x${hex(commitment(entry, entry.salt))}`

/** Goes on from where it was; answers how many decisions it told the chain. */
export async function registerConsents(deps: ConsentRegisterDeps, signal?: AbortSignal): Promise<number> {
  const { db, statusOf } = deps
  let told = 0
  while (!signal?.aborted) {
    const entries = await consentEntries(db, await consentCursor(db), batch)
    for (const entry of entries) {
      const status = await statusOf(entry.key)
      const first = await firstOf(db, entry.key)
      if (first && status !== undefined) {
        const isNew = first.key === entry.key
        if (isNew && status === 'active') told += await tell(deps, 'grant', first)
        if (!isNew && status !== 'active') told += await tell(deps, 'withdraw', first)
      }
      await moveConsentCursor(db, entry.leaf)
    }
    if (entries.length < batch) break
  }
  return told
}

async function tell(
  { chain, registry }: ConsentRegisterDeps,
  what: 'grant' | 'withdraw',
  entry: KeptEntry,
): Promise<number> {
  try {
    await chain.write(registry, consentRegistryAbi, what, [commitmentHex(entry)])
    return 1
  } catch (error) {
    const reverted =
      error instanceof BaseError ? error.walk((one) => one instanceof ContractFunctionRevertedError) : null
    const name = (reverted as ContractFunctionRevertedError | null)?.data?.errorName ?? ''
    if (doneBefore.has(name)) return 0
    return inWords(error)
  }
}
