/** What readers ask the log: checkpoints, tiles, and proofs computed from tiles. */
import type { Database, Queryable } from '../platform/postgres/database.ts'
import type { Hash } from './merkle/hash.ts'
import { consistencyRanges, inclusionRanges, type LeafRange } from './merkle/ranges.ts'
import { entryBundle, type TileRequest } from './merkle/tile-path.ts'
import { hashOfRange, tileName, tilesOf, tileWidth } from './merkle/tiles.ts'
import { parseCheckpoint, type SignedCheckpoint } from './note/checkpoint.ts'
import type { TlogProof } from './note/tlog-proof.ts'
import { problems } from './problems.ts'
import { checkpointOfSize, newestCheckpoint } from './store/checkpoints.ts'
import { entryByKey, type KeptEntry } from './store/entries.ts'
import { dataLevel, logSize, readTiles } from './store/log.ts'

export interface LedgerProofs {
  /** The newest, or the newest kept of exactly that size. */
  checkpoint(size?: number): Promise<SignedCheckpoint | undefined>
  /** @throws ProblemError 404 where there is none */
  requireCheckpoint(size?: number): Promise<SignedCheckpoint>
  /** @throws ProblemError 404 where the checkpoint does not hold that leaf */
  inclusion(index: number, size?: number): Promise<TlogProof & { readonly leaf: Uint8Array }>
  /** @throws ProblemError 404 beyond what is in the log */
  consistency(from: number, to: number): Promise<readonly Hash[]>
  /** What opens the leaf of that row; undefined where it is erased, or has no number yet. */
  entry(key: string): Promise<KeptEntry | undefined>
  /** Bytes as c2sp.org/tlog-tiles has them. */
  tile(request: TileRequest): Promise<Uint8Array | undefined>
}

async function hashes(db: Queryable, ranges: readonly LeafRange[]): Promise<Hash[]> {
  const tiles = await readTiles(db, tilesOf(ranges))
  return ranges.map((range) => hashOfRange(range, tiles))
}

export function createProofs(db: Database): LedgerProofs {
  async function checkpoint(size?: number): Promise<SignedCheckpoint | undefined> {
    const kept = await (size === undefined ? newestCheckpoint(db) : checkpointOfSize(db, size))
    return kept && parseCheckpoint(kept.note)
  }
  async function requireCheckpoint(size?: number): Promise<SignedCheckpoint> {
    const found = await checkpoint(size)
    if (found) return found
    throw size === undefined ? problems.noCheckpoint() : problems.unknownCheckpoint(size)
  }
  return {
    checkpoint,
    requireCheckpoint,
    async inclusion(index, size) {
      const signed = await requireCheckpoint(size)
      if (index >= signed.checkpoint.size) throw problems.beyondCheckpoint(signed.checkpoint.size, 'index')
      const key = { level: dataLevel, index: Math.floor(index / tileWidth) }
      const leaf = (await readTiles(db, [key])).get(tileName(key))?.hashes[index % tileWidth]
      if (!leaf) throw problems.damaged(`The data of leaf ${index} is missing in ledger_tile.`)
      return {
        ...signed,
        index,
        leaf,
        hashes: await hashes(db, inclusionRanges(index, signed.checkpoint.size)),
      }
    },
    async consistency(from, to) {
      const size = await logSize(db)
      if (to > size) throw problems.beyondCheckpoint(size, 'to')
      return hashes(db, consistencyRanges(from, to))
    },
    entry: (key) => entryByKey(db, key),
    async tile({ level, index, width }) {
      const key = { level: level === 'entries' ? dataLevel : level, index }
      const found = (await readTiles(db, [key])).get(tileName(key))
      if (!found || found.hashes.length < width) return undefined
      const row = found.hashes.slice(0, width)
      return level === 'entries' ? entryBundle(row) : Buffer.concat(row)
    },
  }
}
