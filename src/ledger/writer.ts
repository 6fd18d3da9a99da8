/** Commits to rows within their own transaction, and forgets what opens the commitments when a patient is erased. */
import type { Clock } from '../platform/clock.ts'
import type { Transaction } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import { base64 } from './bytes.ts'
import { commitment, contentDigest, type LeafKind, saltBytes } from './commitment.ts'
import type { LedgerEntry } from './model.ts'
import { forgetEntries, insertMark } from './store/entries.ts'
import { type Committed, forgetPending, insertPending } from './store/pending.ts'

export interface WriterDeps {
  readonly clock: Clock
  readonly random: Random
}

/** What a mark of the log says, as JSON: leaves of erased patients, by number or by commitment where they had none yet. */
export interface ForgottenMark {
  readonly forgotten: { readonly leaves: readonly number[]; readonly commitments: readonly string[] }
  /** Commitments to rows that were rewritten without what was erased: older than their leaf, and rightly so. */
  readonly rewritten: readonly string[]
}

type AnyEntry = Omit<LedgerEntry, 'kind'> & { readonly kind: LeafKind }

function committed({ random }: WriterDeps, entry: AnyEntry, adopted: boolean): Committed {
  const { kind, key, atUs, patients, content } = entry
  const salt = Buffer.from(random.secret(saltBytes), 'base64url')
  const opening = { kind, key, atUs, patients, adopted, digest: contentDigest(content) }
  return { ...opening, salt, commitment: commitment(opening, salt) }
}

export async function commitEntries(
  deps: WriterDeps,
  tx: Transaction,
  entries: readonly LedgerEntry[],
  adopted = false,
): Promise<readonly Committed[]> {
  if (entries.length === 0) return []
  const rows = entries.map((entry) => committed(deps, entry, adopted))
  await insertPending(tx, rows)
  return rows
}

/** A statement of the log itself, kept and committed to. */
export async function commitMark(
  deps: WriterDeps,
  tx: Transaction,
  key: string,
  content: string,
): Promise<void> {
  const mark = { key, atUs: deps.clock.now(), content }
  await insertMark(tx, mark)
  await insertPending(tx, [committed(deps, { kind: 'ledger', patients: [], ...mark }, false)])
}

/**
 * Takes away what opens the leaves of these patients' rows, and says in the log that it did: a row that is missing
 * without such a word was removed by someone else.
 * @param rewritten rows that stay, without what was personal in them: they are committed to anew
 */
export async function forgetPatients(
  deps: WriterDeps,
  tx: Transaction,
  patients: readonly string[],
  rewritten: readonly LedgerEntry[] = [],
): Promise<void> {
  const commitments = (await forgetPending(tx, patients)).map(base64)
  const leaves = await forgetEntries(tx, patients)
  const again = await commitEntries(deps, tx, rewritten, true)
  if (commitments.length + leaves.length + again.length === 0) return
  const mark: ForgottenMark = {
    forgotten: { leaves, commitments },
    rewritten: again.map((row) => base64(row.commitment)),
  }
  await commitMark(deps, tx, `ledger/forgotten/${deps.random.uuid()}`, JSON.stringify(mark))
}
