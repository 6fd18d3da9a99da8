/** Rows from before the log: committed to once, each with the word that its time is its own claim. */
import type { Database } from '../platform/postgres/database.ts'
import type { LedgerSource } from './model.ts'
import { keysWithoutEntry } from './store/entries.ts'
import { holdAdoption, isAdopted, setAdopted } from './store/log.ts'
import { commitEntries, commitMark, type WriterDeps } from './writer.ts'

const pageRows = 1_000
export const adoptedMarkKey = 'ledger/adopted'

/**
 * Goes on where a stop cut it off. Once it came to its end it never adopts again: what appears later without a leaf
 * was put there behind the log's back, and must be found so.
 */
export async function adoptOldRows(
  deps: WriterDeps & { readonly db: Database },
  sources: readonly LedgerSource[],
  signal?: AbortSignal,
): Promise<void> {
  if (await isAdopted(deps.db)) return
  for (const source of sources) {
    let after: string | undefined
    do {
      if (signal?.aborted) return
      after = await adoptPage(deps, source, after)
    } while (after !== undefined)
  }
  await deps.db.transaction(async (tx) => {
    await holdAdoption(tx)
    if (await isAdopted(tx)) return
    await setAdopted(tx)
    await commitMark(deps, tx, adoptedMarkKey, JSON.stringify({ kinds: sources.map(({ kind }) => kind) }))
  })
}

/** The last key of the page; undefined where there was none. */
function adoptPage(
  deps: WriterDeps & { readonly db: Database },
  source: LedgerSource,
  after: string | undefined,
): Promise<string | undefined> {
  return deps.db.transaction(async (tx) => {
    await holdAdoption(tx)
    const rows = await source.page(tx, after, pageRows)
    const missing = await keysWithoutEntry(
      tx,
      source.kind,
      rows.map(({ key }) => key),
    )
    const entries = rows.filter(({ key }) => missing.has(key)).map((row) => ({ ...row, kind: source.kind }))
    await commitEntries(deps, tx, entries, true)
    return rows.at(-1)?.key
  })
}
