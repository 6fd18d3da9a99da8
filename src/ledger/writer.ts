/** Commits to rows within the transaction that writes them. */
import type { Clock } from '../platform/clock.ts'
import type { Transaction } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import { commitment, contentDigest, type LeafKind, saltBytes } from './commitment.ts'
import type { LedgerEntry } from './model.ts'
import { insertMark } from './store/entries.ts'
import { type Committed, insertPending } from './store/pending.ts'

export interface WriterDeps {
  readonly clock: Clock
  readonly random: Random
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
