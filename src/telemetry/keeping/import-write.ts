import type { Database, Transaction } from '../../platform/postgres/database.ts'
import { decodeSampleBlock, encodeSampleBlock } from '../codec/sample-block.ts'
import { decodeWaveformBlock, encodeWaveformBlock, type StoredChunk } from '../codec/waveforms.ts'
import { visibleChunks } from '../parts.ts'
import { microsPerTenth } from '../segment.ts'
import {
  awaitCompactionLock,
  type BlockKey,
  type BlockRow,
  readBlocks,
  writeBlocks,
  writeLatest,
} from '../store/block-store.ts'
import { journalKind } from '../store/journal-store.ts'
import type { LatestRow } from '../store/series-store.ts'
import { countReadings, noVersions, type Versions } from '../versions.ts'
import { lastEnd, uniteChunks, uniteVersions } from './import-merge.ts'
import type { TelemetryMemory } from './model.ts'
import { keepingProblems } from './problems.ts'
import { type ImportRow, livingSeries, noteImport } from './store/transfer-store.ts'

/** A block as it came, read and checked. */
export type Piece = SamplePiece | WavePiece
type SamplePiece = BlockKey & { readonly kind: 'samples'; readonly versions: Versions }
type WavePiece = BlockKey & { readonly kind: 'waveform'; readonly chunks: readonly StoredChunk[] }

interface MergedBlock extends BlockKey {
  readonly versions: Versions
}

export interface WriteDeps {
  readonly db: Database
  readonly memory: TelemetryMemory
}

/** One step of an import in one transaction: blocks, what is made from them, newest, and how far it came. */
export async function writePieces(
  { db, memory }: WriteDeps,
  key: { readonly export: string; readonly patient: string; readonly by: string; readonly at: number },
  pieces: readonly Piece[],
  reached: ImportRow,
): Promise<void> {
  const latest = await db.transaction(async (tx) => {
    await awaitCompactionLock(tx)
    const ids = [...new Set(pieces.map((piece) => piece.series))]
    if ((await livingSeries(tx, ids)).size < ids.length) throw keepingProblems.beingErased()
    const rows = [
      ...(await writeSamples(
        tx,
        pieces.filter((piece) => piece.kind === 'samples'),
      )),
      ...(await writeWaves(
        tx,
        pieces.filter((piece) => piece.kind === 'waveform'),
      )),
    ]
    const newest = newestOf(rows)
    if (newest.length > 0) await writeLatest(tx, newest)
    await noteImport(tx, key, reached)
    return newest
  })
  memory.learn(latest)
}

const keyOf = (key: BlockKey): string => `${key.series}/${key.periodStart}`

async function payloadsHere(
  tx: Transaction,
  kind: number,
  keys: readonly BlockKey[],
): Promise<Map<string, Buffer>> {
  const blocks = await readBlocks(tx, kind, keys)
  return new Map(blocks.map((block) => [keyOf(block), block.payload]))
}

async function writeSamples(tx: Transaction, pieces: readonly SamplePiece[]): Promise<LatestRow[]> {
  if (pieces.length === 0) return []
  const here = await payloadsHere(tx, journalKind.samples, pieces)
  const blocks = pieces.map(({ series, periodStart, versions }): MergedBlock => {
    const payload = here.get(keyOf({ series, periodStart }))
    const before = payload ? decodeSampleBlock(payload) : noVersions
    return { series, periodStart, versions: uniteVersions(before, versions) }
  })
  await writeBlocks(tx, journalKind.samples, blocks.map(sampleRow))
  return blocks.map(({ series, versions }) => {
    const last = versions.count - 1
    return {
      ...{ series, kind: journalKind.samples, firstAt: versions.measuredAt[0]! },
      ...{ lastAt: versions.measuredAt[last]!, receivedAt: versions.received[last]! * microsPerTenth },
      ...{ value: versions.value[last]!, quality: versions.quality[last]! },
    }
  })
}

const newestStored = (stored: Iterable<number>): number => {
  let most = 0
  for (const tenths of stored) most = Math.max(most, tenths)
  return most * microsPerTenth
}

const sampleRow = ({ series, periodStart, versions }: MergedBlock): BlockRow => ({
  series,
  periodStart,
  firstAt: versions.measuredAt[0]!,
  lastAt: versions.measuredAt[versions.count - 1]!,
  storedUntil: newestStored(versions.stored),
  readings: countReadings(versions),
  payload: encodeSampleBlock(versions),
})

async function writeWaves(tx: Transaction, pieces: readonly WavePiece[]): Promise<LatestRow[]> {
  if (pieces.length === 0) return []
  const here = await payloadsHere(tx, journalKind.waveforms, pieces)
  const blocks = pieces.map((piece): WavePiece => {
    const payload = here.get(keyOf(piece))
    return { ...piece, chunks: uniteChunks(payload ? decodeWaveformBlock(payload) : [], piece.chunks) }
  })
  await writeBlocks(tx, journalKind.waveforms, blocks.map(waveRow))
  return blocks.map(({ series, chunks }) => {
    const last = chunks.at(-1)!
    return {
      ...{ series, kind: journalKind.waveforms, firstAt: chunks[0]!.startAt, lastAt: last.startAt },
      ...{ receivedAt: last.receivedAt, value: Number.NaN, quality: 0 },
    }
  })
}

const waveRow = ({ series, periodStart, chunks }: WavePiece): BlockRow => ({
  series,
  periodStart,
  firstAt: chunks[0]!.startAt,
  lastAt: lastEnd(chunks),
  storedUntil: newestStored(chunks.map((chunk) => chunk.stored)),
  readings: visibleChunks(chunks).length,
  payload: encodeWaveformBlock(chunks),
})

/** One row for each series and kind: its first, and what is newest. */
function newestOf(rows: readonly LatestRow[]): LatestRow[] {
  const newest = new Map<string, LatestRow>()
  for (const row of rows) {
    const key = `${row.series}/${row.kind}`
    const before = newest.get(key)
    const firstAt = Math.min(before?.firstAt ?? row.firstAt, row.firstAt)
    newest.set(key, { ...(before && before.lastAt > row.lastAt ? before : row), firstAt })
  }
  return [...newest.values()]
}
