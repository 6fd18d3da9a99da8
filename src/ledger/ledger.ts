/** The ledger as the rest of the house knows it: writers commit to rows, readers get proofs. */
import type { Clock } from '../platform/clock.ts'
import type { Database, Transaction } from '../platform/postgres/database.ts'
import type { MigrationFolder } from '../platform/postgres/migrations.ts'
import type { Random } from '../platform/random.ts'
import { adoptOldRows } from './adoption.ts'
import { keepCosignatures } from './cosignatures.ts'
import { forgetPatients } from './forgetting.ts'
import type { LedgerKeys } from './keys.ts'
import type { LedgerSource, LedgerWriter } from './model.ts'
import type { VerifierKey } from './note/vkey.ts'
import { createProofs, type LedgerProofs } from './proofs.ts'
import { sequence } from './sequencer.ts'
import { thinCheckpoints } from './store/checkpoints.ts'
import { commitEntries } from './writer.ts'

export const ledgerMigrations: MigrationFolder = {
  domain: 'ledger',
  directory: new URL('./migrations/', import.meta.url),
}

export interface Ledger extends LedgerWriter, LedgerProofs {
  readonly origin: string
  readonly verifiers: readonly VerifierKey[]
  readonly sources: readonly LedgerSource[]
  /**
   * At the end of the transaction that erases these patients, when their rows are gone or rewritten: their leaves stay,
   * and nothing says any more what they were. A row that still stands as it was keeps its leaf.
   */
  forget(tx: Transaction, patients: readonly string[]): Promise<void>
  /** Numbers and signs all that waits; undefined where another process is at it. */
  sequence(signal?: AbortSignal): Promise<number | undefined>
  /** Commits to rows from before the log, once in its life. */
  adopt(signal?: AbortSignal): Promise<void>
  /** Of older checkpoints that nobody cosigned and no anchor holds, keeps one in five minutes. */
  thin(): Promise<void>
  /**
   * Keeps the signatures of known witnesses under a checkpoint of ours; answers whose.
   * @throws ProblemError where there is none, or one that does not hold
   */
  cosign(note: string): Promise<readonly string[]>
}

export interface LedgerDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly keys: LedgerKeys
  /** Whose cosignatures are kept. */
  readonly witnesses?: readonly VerifierKey[]
  /** Where the rows lie that are committed to. */
  readonly sources?: readonly LedgerSource[]
}

const wholeForUs = 3_600_000_000
const slotUs = 300_000_000

export function createLedger(deps: LedgerDeps): Ledger {
  const { db, clock, keys, witnesses = [], sources = [] } = deps
  return {
    origin: keys.origin,
    verifiers: keys.verifiers,
    sources,
    ...createProofs(db),
    commit: async (tx, entries) => void (await commitEntries(deps, tx, entries)),
    forget: (tx, patients) => forgetPatients({ ...deps, sources }, tx, patients),
    sequence: (signal) => sequence(deps, signal),
    adopt: (signal) => adoptOldRows(deps, sources, signal),
    thin: () => thinCheckpoints(db, clock.now() - wholeForUs, slotUs),
    cosign: (note) => keepCosignatures(db, witnesses, note),
  }
}
