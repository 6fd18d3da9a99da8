/**
 * Writes the log into a folder beside what the database holds now: all that `vitalwire verify` needs to say whether
 * they are the same. One snapshot, so that a write meanwhile is in all of it or in none.
 */
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Queryable } from '../../platform/postgres/database.ts'
import { base64 } from '../bytes.ts'
import type { LeafKind } from '../commitment.ts'
import { tileName, tileWidth } from '../merkle/tiles.ts'
import type { LedgerRow, LedgerSource } from '../model.ts'
import { type VerifierKey, vkeyText } from '../note/vkey.ts'
import { checkpointsAfter, newestCheckpoint } from '../store/checkpoints.ts'
import {
  entriesBetween,
  type KeptEntry,
  keysWithoutEntry,
  marksByKey,
  marksInOrder,
} from '../store/entries.ts'
import { dataLevel, logExtent, readTiles } from '../store/log.ts'
import { countPending } from '../store/pending.ts'
import { type About, exportFiles, exportFormat, type UnloggedLine } from './format.ts'

export interface ExportDeps {
  readonly db: Database
  readonly clock: Clock
  readonly origin: string
  readonly verifiers: readonly VerifierKey[]
  readonly sources: readonly LedgerSource[]
}

/** The log's own marks lie as rows of other kinds do. */
const marks = { kind: 'ledger' as LeafKind, ...rowsOfMarks() }
type AnySource = Omit<LedgerSource, 'kind'> & { readonly kind: LeafKind }

const pageTiles = 16
const pageRows = 1_000

/** The folder must not exist yet: an export is never mixed with another. */
export async function writeExport(deps: ExportDeps, folder: string): Promise<About> {
  await mkdir(folder, { mode: 0o700 })
  const sources: readonly AnySource[] = [...deps.sources, marks]
  return deps.db.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const leaves = await logExtent(tx)
    const about: About = {
      format: exportFormat,
      origin: deps.origin,
      exportedAtUs: deps.clock.now(),
      leaves,
      pending: await countPending(tx),
    }
    await write(folder, 'leaves', leafLines(tx, sources, leaves))
    await write(folder, 'checkpoints', checkpointLines(tx))
    await write(folder, 'unlogged', unloggedLines(tx, sources))
    const text = async (file: keyof typeof exportFiles, content: string) =>
      writeFile(join(folder, exportFiles[file]), content, { mode: 0o600 })
    await text('vkeys', deps.verifiers.map((key) => `${vkeyText(key)}\n`).join(''))
    await text('newest', (await newestCheckpoint(tx))?.note ?? '')
    // Last: a folder without it is an export that was broken off.
    await text('about', `${JSON.stringify(about, null, 2)}\n`)
    return about
  })
}

async function write(
  folder: string,
  file: keyof typeof exportFiles,
  pages: AsyncIterable<readonly object[]>,
): Promise<void> {
  const handle: FileHandle = await open(join(folder, exportFiles[file]), 'wx', 0o600)
  try {
    for await (const page of pages)
      await handle.write(page.map((line) => `${JSON.stringify(line)}\n`).join(''))
  } finally {
    await handle.close()
  }
}

async function* leafLines(db: Queryable, sources: readonly AnySource[], leaves: number) {
  const step = pageTiles * tileWidth
  for (let from = 0; from < leaves; from += step) {
    const to = Math.min(from + step, leaves)
    const indexes = Array.from({ length: Math.ceil((to - from) / tileWidth) }, (_, i) => from / tileWidth + i)
    const keys = [dataLevel, 0].flatMap((level) => indexes.map((index) => ({ level, index })))
    const tiles = await readTiles(db, keys)
    const at = (level: number, leaf: number) =>
      tiles.get(tileName({ level, index: Math.floor(leaf / tileWidth) }))?.hashes[leaf % tileWidth]
    const entries = await entriesBetween(db, from, to)
    const rows = await rowsNow(db, sources, entries)
    const byLeaf = new Map(entries.map((entry) => [entry.leaf, entry]))
    yield Array.from({ length: to - from }, (_, i) => {
      const [leaf, entry] = [from + i, byLeaf.get(from + i)]
      const [commitment, hash] = [at(dataLevel, leaf), at(0, leaf)]
      const row = entry && rows.get(`${entry.kind} ${entry.key}`)
      return {
        leaf,
        ...(commitment && { commitment: base64(commitment) }),
        ...(hash && { hash: base64(hash) }),
        ...(entry && { entry: entryLine(entry) }),
        ...(row && { row: { atUs: row.atUs, patients: row.patients, content: row.content } }),
      }
    })
  }
}

const entryLine = ({ kind, key, atUs, patients, adopted, digest, salt }: KeptEntry) => ({
  ...{ kind, key, atUs, patients, adopted, digest: base64(digest), salt: base64(salt) },
})

async function rowsNow(
  db: Queryable,
  sources: readonly AnySource[],
  entries: readonly KeptEntry[],
): Promise<Map<string, LedgerRow>> {
  const found = new Map<string, LedgerRow>()
  for (const { kind, read } of sources) {
    const keys = entries.filter((entry) => entry.kind === kind).map(({ key }) => key)
    for (const row of keys.length === 0 ? [] : await read(db, keys)) found.set(`${kind} ${row.key}`, row)
  }
  return found
}

async function* checkpointLines(db: Queryable) {
  for (let after = -1; ; ) {
    const page = await checkpointsAfter(db, after, pageRows)
    const last = page.at(-1)
    if (!last) return
    after = last.atUs
    yield page.map(({ note }) => ({ note }))
  }
}

async function* unloggedLines(db: Queryable, sources: readonly AnySource[]) {
  for (const { kind, page } of sources) {
    for (let after: string | undefined; ; ) {
      const rows = await page(db, after, pageRows)
      after = rows.at(-1)?.key
      if (after === undefined) break
      const keys = rows.map(({ key }) => key)
      const missing = await keysWithoutEntry(db, kind, keys)
      yield rows
        .filter(({ key }) => missing.has(key))
        .map(({ key, atUs }): UnloggedLine => ({ kind, key, atUs }))
    }
  }
}

function rowsOfMarks(): Pick<LedgerSource, 'read' | 'page'> {
  const row = (mark: { key: string; atUs: number; content: string }): LedgerRow => ({ ...mark, patients: [] })
  return {
    read: async (db, keys) => (await marksByKey(db, keys)).map(row),
    page: async (db, after, limit) => (await marksInOrder(db, after, limit)).map(row),
  }
}
