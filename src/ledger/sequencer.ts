/**
 * Gives what was committed its place in the log: numbers, tiles, and a signed checkpoint over all. One process at a time;
 * each batch is one transaction, so that a crash leaves either all of it or none.
 */
import { isoFromMicros, type Micros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Queryable, Transaction } from '../platform/postgres/database.ts'
import type { LedgerKeys } from './keys.ts'
import { emptyRoot, type Hash, hashBytes, leafHash, sameHash } from './merkle/hash.ts'
import {
  growingTiles,
  grownTiles,
  hashOfRange,
  type Tile,
  tileName,
  tilesOf,
  tileWidth,
} from './merkle/tiles.ts'
import { type Checkpoint, checkpointText, parseCheckpoint } from './note/checkpoint.ts'
import { signNote } from './note/note.ts'
import { problems } from './problems.ts'
import { insertCheckpoint, newestCheckpoint } from './store/checkpoints.ts'
import { dataLevel, holdLog, readTiles, setLogSize, writeTiles } from './store/log.ts'
import { numberPending } from './store/pending.ts'

export interface SequencerDeps {
  readonly db: Database
  readonly clock: Clock
  readonly keys: LedgerKeys
}

const batchLeaves = 8_192
/** While it never comes to an end, a checkpoint is signed this often all the same. */
const longestUnsignedMs = 5_000

export async function rootOfSize(db: Queryable, size: number): Promise<Hash> {
  if (size === 0) return emptyRoot
  const range = { start: 0, end: size }
  return hashOfRange(range, await readTiles(db, tilesOf([range])))
}

/** Numbers everything that waits, and signs. Answers how many leaves were added; undefined where another is at it. */
export async function sequence(deps: SequencerDeps, signal?: AbortSignal): Promise<number | undefined> {
  let added = 0
  while (!signal?.aborted) {
    const found = await sequenceFor(deps, longestUnsignedMs, signal)
    if (found === undefined) return added > 0 ? added : undefined
    added += found.added
    if (found.drained) break
  }
  return added
}

async function sequenceFor(deps: SequencerDeps, limitMs: number, signal: AbortSignal | undefined) {
  const { db, clock } = deps
  const startedMs = clock.elapsedMs()
  let added = 0
  let drained = false
  while (!drained && !signal?.aborted && clock.elapsedMs() - startedMs < limitMs) {
    const batch = await db.transaction(appendBatch)
    if (batch === undefined) return undefined
    added += batch
    drained = batch < batchLeaves
  }
  await db.transaction((tx) => signNewest(tx, deps))
  return { added, drained }
}

async function appendBatch(tx: Transaction): Promise<number | undefined> {
  const size = await holdLog(tx)
  if (size === undefined) return undefined
  const commitments = await numberPending(tx, size, batchLeaves)
  const count = commitments.length / hashBytes
  if (count === 0) return 0
  const data = Array.from({ length: count }, (_, i) =>
    commitments.subarray(i * hashBytes, (i + 1) * hashBytes),
  )
  const growing = growingTiles(size)
  const dataKey = { level: dataLevel, index: Math.floor(size / tileWidth) }
  const kept = await readTiles(tx, [...growing, dataKey])
  const tiles = growing.map((key) => wholeTile(kept.get(tileName(key)), tileName(key), key.width))
  const dataTile = wholeTile(
    size % tileWidth === 0 ? { ...dataKey, hashes: [] } : kept.get(tileName(dataKey)),
    tileName(dataKey),
    size % tileWidth,
  )
  await writeTiles(tx, [...grownTiles(size, tiles, data.map(leafHash)), ...dataTiles(dataTile, data)])
  await setLogSize(tx, size + count)
  return count
}

function wholeTile(tile: Tile | undefined, name: string, width: number): Tile {
  if (tile?.hashes.length === width) return tile
  throw problems.damaged(
    `The ledger's tile ${name} in ledger_tile holds ${tile?.hashes.length ?? 0} hashes where its size says ${width}. Nothing is added to a damaged log: restore the table from a backup, and run vitalwire verify.`,
  )
}

/** The leaves' data in rows of 256, as the tiles above them. */
function dataTiles(last: Tile, data: readonly Uint8Array[]): Tile[] {
  const all = [...last.hashes, ...data]
  return Array.from({ length: Math.ceil(all.length / tileWidth) }, (_, i) => ({
    level: dataLevel,
    index: last.index + i,
    hashes: all.slice(i * tileWidth, (i + 1) * tileWidth),
  }))
}

/**
 * Signs what the log holds now, where that is more than before.
 * @throws ProblemError where the log is not a continuation of what was signed: a log never signs a fork of itself.
 */
async function signNewest(tx: Transaction, { clock, keys }: SequencerDeps): Promise<void> {
  const size = await holdLog(tx)
  if (size === undefined) return
  const newest = await newestCheckpoint(tx)
  const before = newest && parseCheckpoint(newest.note)?.checkpoint
  if (newest && !before) throw problems.damaged('The newest row of ledger_checkpoint is no checkpoint.')
  if (before) await requireContinuation(tx, before, size)
  if (size === (before?.size ?? 0)) return
  // Times of checkpoints rise, even where the clock does not.
  const time = Math.max(clock.now(), (newest?.atUs ?? 0) + 1) as Micros
  const text = checkpointText({ origin: keys.origin, size, root: await rootOfSize(tx, size), time })
  const { signatures } = await signNote(text, [keys.signer])
  await insertCheckpoint(tx, { atUs: time, size, text }, signatures[0]!)
}

async function requireContinuation(tx: Transaction, before: Checkpoint, size: number): Promise<void> {
  if (size >= before.size && sameHash(await rootOfSize(tx, before.size), before.root)) return
  const when = before.time === undefined ? '' : ` of ${isoFromMicros(before.time)}`
  throw problems.damaged(
    `The ledger is no longer what its checkpoint${when} says of its first ${before.size} leaves. It signs nothing more: run vitalwire export and vitalwire verify to see what was changed.`,
  )
}
