/**
 * What opens the leaves of erased rows is taken away, and the log says in a leaf of its own that it was: a leaf that
 * nothing opens without such a word was robbed of its row by someone else.
 */
import type { Transaction } from '../platform/postgres/database.ts'
import { base64, equalBytes } from './bytes.ts'
import { contentDigest, type LeafOpening } from './commitment.ts'
import type { LedgerEntry, LedgerRow, LedgerSource } from './model.ts'
import { entriesOfPatients, forgetEntries } from './store/entries.ts'
import { waitForLog } from './store/log.ts'
import { forgetPending, pendingOfPatients } from './store/pending.ts'
import { commitEntries, commitMark, type WriterDeps } from './writer.ts'

/** What the mark says, as JSON: leaves by number, or by commitment where they had none yet. */
export interface ForgottenMark {
  readonly forgotten: { readonly leaves: readonly number[]; readonly commitments: readonly string[] }
  /** Commitments to rows that were rewritten without what was erased: older than their leaf, and rightly so. */
  readonly rewritten: readonly string[]
}

export interface ForgettingDeps extends WriterDeps {
  readonly sources: readonly LedgerSource[]
}

const pageRows = 1_000

/**
 * At the end of the transaction that erased these patients. A row that still stands as it was keeps its leaf; one that
 * stands otherwise, without what was personal in it, is committed to anew.
 */
export async function forgetPatients(
  deps: ForgettingDeps,
  tx: Transaction,
  patients: readonly string[],
): Promise<void> {
  // Numbers are not given while it is decided whose are forgotten.
  await waitForLog(tx)
  const numbered = await sorted(deps, tx, await entriesOfPatients(tx, patients))
  const waiting = await sorted(deps, tx, await pendingOfPatients(tx, patients))
  if (numbered.gone.length + waiting.gone.length === 0) return
  const leaves = numbered.gone.map(({ leaf }) => leaf)
  await forgetEntries(tx, leaves)
  await forgetPending(
    tx,
    waiting.gone.map(({ seq }) => seq),
  )
  const again = await commitEntries(deps, tx, [...numbered.rewritten, ...waiting.rewritten], true)
  const mark: ForgottenMark = {
    forgotten: { leaves, commitments: waiting.gone.map(({ commitment }) => base64(commitment)) },
    rewritten: again.map(({ commitment }) => base64(commitment)),
  }
  await commitMark(deps, tx, `ledger/forgotten/${deps.random.uuid()}`, JSON.stringify(mark))
}

/** Which of them no longer stand as they were committed to, and what stands in their place. */
async function sorted<Opened extends Omit<LeafOpening, 'adopted'>>(
  { sources }: ForgettingDeps,
  tx: Transaction,
  opened: readonly Opened[],
): Promise<{ readonly gone: readonly Opened[]; readonly rewritten: readonly LedgerEntry[] }> {
  const gone: Opened[] = []
  const rewritten: LedgerEntry[] = []
  for (const kind of ['resource', 'audit'] as const) {
    const source = sources.find((one) => one.kind === kind)
    const ofKind = opened.filter((one) => one.kind === kind)
    for (let from = 0; from < ofKind.length; from += pageRows) {
      const page = ofKind.slice(from, from + pageRows)
      const keys = page.map(({ key }) => key)
      const standing = (await source?.read(tx, keys)) ?? []
      const rows = new Map(standing.map((row) => [row.key, row]))
      for (const one of page) {
        const row = rows.get(one.key)
        if (row && stands(row, one)) continue
        gone.push(one)
        if (row) rewritten.push({ ...row, kind })
      }
    }
  }
  return { gone, rewritten }
}

const stands = (row: LedgerRow, opened: Omit<LeafOpening, 'adopted'>): boolean =>
  row.atUs === opened.atUs &&
  row.patients.toSorted().join('\n') === opened.patients.toSorted().join('\n') &&
  equalBytes(contentDigest(row.content), opened.digest)
