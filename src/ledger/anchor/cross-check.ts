/**
 * Other members' logs, looked at by us: what they show over HTTP must be signed by the key they are admitted with, be what
 * they anchored, continue what we saw before, and not go back in time. Then we cross-sign it on the chain; else we dispute it
 * there and believe them no more.
 */
import type { Address } from 'viem'
import { isoFromMicros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { fromBase64 } from '../bytes.ts'
import type { Hash } from '../merkle/hash.ts'
import { verifyConsistency } from '../merkle/verify.ts'
import { parseCheckpoint, type SignedCheckpoint } from '../note/checkpoint.ts'
import { noteText, verifyNote } from '../note/note.ts'
import { parseVkey } from '../note/vkey.ts'
import { peers, savePeer } from '../store/anchors.ts'
import { inWords, keyHashOf, rootHex } from './chain-anchor.ts'
import type { EvmChain } from './evm-chain.ts'
import { checkpointAnchorAbi } from './interface.ts'

export interface Peer {
  readonly account: Address
  /** Where its ledger is read, without a trailing slash. */
  readonly url: string
}

export interface CrossCheckDeps {
  readonly db: Database
  readonly chain: EvmChain
  readonly contract: Address
  readonly peers: readonly Peer[]
  readonly clock: Clock
  readonly log: Log
}

export type Verdict =
  | {
      readonly peer: Address
      readonly outcome: 'consistent'
      readonly size: number
      readonly signed: boolean
    }
  | { readonly peer: Address; readonly outcome: 'fault'; readonly fault: string }
  | { readonly peer: Address; readonly outcome: 'unreachable'; readonly why: string }

/** A contradiction in what a log shows: no retry mends it. */
class Fault extends Error {
  readonly seen: SignedCheckpoint | undefined
  constructor(message: string, seen?: SignedCheckpoint) {
    super(message)
    this.seen = seen
  }
}

const answerWithinMs = 15_000
const largestAnswerBytes = 1 << 20

export async function crossCheck(deps: CrossCheckDeps): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (const peer of deps.peers) verdicts.push(await checkPeer(deps, peer))
  return verdicts
}

async function checkPeer(deps: CrossCheckDeps, peer: Peer): Promise<Verdict> {
  const { db, clock, log } = deps
  const before = (await peers(db)).find(({ account }) => account === peer.account)
  if (before?.fault) return { peer: peer.account, outcome: 'fault', fault: before.fault }
  const keep = (seen: SignedCheckpoint | undefined, fault: string | null) =>
    savePeer(db, {
      ...{ account: peer.account, url: peer.url, checked_at: clock.now(), fault },
      size: seen?.checkpoint.size ?? before?.size ?? 0,
      note: seen ? noteText(seen.note) : (before?.note ?? ''),
    })
  try {
    const seen = await verifiedCheckpoint(deps, peer, before && parseCheckpoint(before.note))
    const signed = await crossSignAnchored(deps, peer)
    await keep(seen, null)
    return { peer: peer.account, outcome: 'consistent', size: seen.checkpoint.size, signed }
  } catch (error) {
    if (!(error instanceof Fault)) {
      return { peer: peer.account, outcome: 'unreachable', why: (error as Error).message }
    }
    log.error(
      { peer: peer.account, fault: error.message },
      'another organisation’s ledger contradicts itself',
    )
    await keep(undefined, error.message)
    await dispute(deps, peer, error.seen)
    return { peer: peer.account, outcome: 'fault', fault: error.message }
  }
}

/** Its newest checkpoint: signed by its key, a continuation of what we saw, not back in time. */
async function verifiedCheckpoint(
  { chain, contract }: CrossCheckDeps,
  peer: Peer,
  before: SignedCheckpoint | undefined,
): Promise<SignedCheckpoint> {
  const seen = await signedByMember(chain, contract, peer, await text(`${peer.url}/ledger/checkpoint`))
  if (!before) return seen
  const [older, newer] = [before.checkpoint, seen.checkpoint]
  if (newer.size < older.size)
    throw new Fault(`it shows ${newer.size} leaves after it showed ${older.size}: its end was cut off`, seen)
  await requireConsistent(peer, before, seen)
  if (older.time !== undefined && newer.time !== undefined && newer.time < older.time)
    throw new Fault(
      `its checkpoint of ${newer.size} leaves is dated ${isoFromMicros(newer.time)}, before that of ${older.size}: back-dated`,
      seen,
    )
  return seen
}

async function signedByMember(
  chain: EvmChain,
  contract: Address,
  peer: Peer,
  note: string,
): Promise<SignedCheckpoint> {
  const seen = parseCheckpoint(note)
  if (!seen) throw new Fault('what it shows is no checkpoint')
  const args = [peer.account] as const
  const [origin, keyHash] = await chain.reader
    .readContract({ address: contract, abi: checkpointAnchorAbi, functionName: 'members', args })
    .catch(inWords)
  const keys = (await text(`${peer.url}/ledger/keys`)).split('\n').flatMap((line) => parseVkey(line) ?? [])
  const key = keys.find((one) => keyHashOf(one) === keyHash)
  if (!key) throw new Fault('it is signed by another key than the one it was admitted with', seen)
  const verdict = await verifyNote(seen.note, [key])
  if (verdict.good.length === 0) throw new Fault('the signature under its checkpoint does not hold', seen)
  if (seen.checkpoint.origin !== origin)
    throw new Fault(`it calls itself ${seen.checkpoint.origin}, not ${origin}`, seen)
  return seen
}

async function requireConsistent(
  peer: Peer,
  before: SignedCheckpoint,
  seen: SignedCheckpoint,
): Promise<void> {
  const [from, to] = [before.checkpoint, seen.checkpoint]
  const proof =
    from.size === to.size || from.size === 0 ? [] : await consistencyProof(peer, from.size, to.size)
  const claim = { from: from.size, fromRoot: from.root, to: to.size, toRoot: to.root, proof }
  if (!verifyConsistency(claim))
    throw new Fault(`its ${to.size} leaves do not continue the ${from.size} it showed before: a fork`, seen)
}

async function consistencyProof(peer: Peer, from: number, to: number): Promise<readonly Hash[]> {
  const answer = JSON.parse(await text(`${peer.url}/ledger/consistency?from=${from}&to=${to}`)) as {
    hashes?: unknown
  }
  if (!Array.isArray(answer.hashes)) throw new Fault('it gives no proof that its log only grew')
  return answer.hashes.map((hash) => fromBase64(String(hash)) ?? new Uint8Array())
}

/** What it anchored must be in the log it shows. Whether we put our name under it just now. */
async function crossSignAnchored(deps: CrossCheckDeps, peer: Peer): Promise<boolean> {
  const { chain, contract } = deps
  const anchored = await chain.latest(contract, peer.account).catch(inWords)
  if (anchored.anchoredAt === 0n) return false
  const size = Number(anchored.size)
  const shown = await signedByMember(
    ...([chain, contract, peer, await text(`${peer.url}/ledger/checkpoint?size=${size}`)] as const),
  )
  if (rootHex(shown.checkpoint) !== anchored.root)
    throw new Fault(`it shows another root for ${size} leaves than it anchored: a fork`, shown)
  const args = [peer.account, anchored.size, chain.account] as const
  const done = await chain.reader
    .readContract({ address: contract, abi: checkpointAnchorAbi, functionName: 'crossSignedBy', args })
    .catch(inWords)
  if (done) return false
  const sign = [peer.account, anchored.size, anchored.root] as const
  await chain.write(contract, checkpointAnchorAbi, 'crossSign', sign).catch(inWords)
  return true
}

async function dispute(deps: CrossCheckDeps, peer: Peer, seen: SignedCheckpoint | undefined): Promise<void> {
  if (!seen) return
  const args = [peer.account, BigInt(seen.checkpoint.size), rootHex(seen.checkpoint)] as const
  await deps.chain
    .write(deps.contract, checkpointAnchorAbi, 'dispute', args)
    .catch((error: Error) =>
      deps.log.error({ peer: peer.account, error: error.message }, 'no dispute on chain'),
    )
}

async function text(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(answerWithinMs) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  const found = await answer.text()
  if (found.length > largestAnswerBytes) throw new Error(`${url} answered too much`)
  return found
}
