/** The log itself: its size and its tiles. */
import type { Queryable, Transaction } from '../../platform/postgres/database.ts'
import { hashBytes } from '../merkle/hash.ts'
import { type Tile, type TileKey, tileName } from '../merkle/tiles.ts'

/** The level under which the leaves' data lie. */
export const dataLevel = -1

const sequencerLock = 7_264_882
const adoptionLock = 7_264_883

export async function logSize(db: Queryable): Promise<number> {
  const [row] = await db.query<{ size: number }>('SELECT size FROM ledger_log')
  return row!.size
}

/** How far anything of the log reaches, whatever its size says. */
export async function logExtent(db: Queryable): Promise<number> {
  const [row] = await db.query<{ leaves: number }>(
    `SELECT greatest(
       (SELECT size FROM ledger_log),
       (SELECT index * 256 + length(hashes) / 32 FROM ledger_tile WHERE level = -1 ORDER BY index DESC LIMIT 1),
       (SELECT max(leaf) + 1 FROM ledger_entry)) AS leaves`,
  )
  return row!.leaves
}

/** The size, held until the transaction ends; undefined where another process holds it. */
export async function holdLog(tx: Transaction): Promise<number | undefined> {
  const [row] = await tx.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS held', [
    sequencerLock,
  ])
  return row!.held ? logSize(tx) : undefined
}

/** Keeps the sequencer off until the transaction ends; waits for it to be done. */
export async function waitForLog(tx: Transaction): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [sequencerLock])
}

export async function setLogSize(tx: Transaction, size: number): Promise<void> {
  await tx.query('UPDATE ledger_log SET size = $1', [size])
}

/** One at a time adopts; another waits. */
export async function holdAdoption(tx: Transaction): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [adoptionLock])
}

export async function isAdopted(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ adopted: boolean }>('SELECT adopted FROM ledger_log')
  return row!.adopted
}

export async function setAdopted(tx: Transaction): Promise<void> {
  await tx.query('UPDATE ledger_log SET adopted = true')
}

function split(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += hashBytes) parts.push(bytes.subarray(at, at + hashBytes))
  return parts
}

export async function readTiles(db: Queryable, keys: readonly TileKey[]): Promise<Map<string, Tile>> {
  if (keys.length === 0) return new Map()
  const rows = await db.query<{ level: number; index: number; hashes: Buffer }>(
    `SELECT t.level, t.index, t.hashes
     FROM ledger_tile t JOIN unnest($1::smallint[], $2::bigint[]) AS k (level, index) USING (level, index)`,
    [keys.map(({ level }) => level), keys.map(({ index }) => index)],
  )
  return new Map(
    rows.map(({ level, index, hashes }) => [
      tileName({ level, index }),
      { level, index, hashes: split(hashes) },
    ]),
  )
}

export async function writeTiles(tx: Transaction, tiles: readonly Tile[]): Promise<void> {
  await tx.query(
    `INSERT INTO ledger_tile (level, index, hashes)
     SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
     ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes`,
    [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => Buffer.concat(hashes)),
    ],
  )
}
