/** The ledger in the house: what it is told, what it does by itself, and its doors. */
import { isGone, OperationOutcomeError } from '@medplum/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { gave, gaveNothing } from '../audit/index.ts'
import { ProblemError } from '../kernel/problem.ts'
import { createLedger, type Ledger, ledgerRoutes, loadLedgerKeys, parseVkey } from '../ledger/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import {
  type FhirRecord,
  type RecordAccess,
  type RecordRepository,
  systemAccess,
  type VersionListener,
  versionKey,
} from '../record/index.ts'
import { ledgerSources } from './ledger-sources.ts'

const sequencePeriodMs = 1_000
const adoptionPeriodMs = 60_000
const thinPeriodMs = 300_000

export interface OpenLedgerDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly config: Pick<Config, 'home' | 'ledgerWitnesses'>
}

export async function openLedger({ db, clock, random, config }: OpenLedgerDeps): Promise<Ledger> {
  const witnesses = config.ledgerWitnesses.map((text) => {
    const key = parseVkey(text)
    if (key) return key
    throw new ProblemError({
      code: 'config-invalid',
      status: 500,
      where: 'LEDGER_WITNESSES',
      message: `LEDGER_WITNESSES: "${text}" is no vkey of an Ed25519 signer or cosigner (c2sp.org/signed-note); it looks like name+hash+key.`,
    })
  })
  const keys = await loadLedgerKeys(config.home, random)
  return createLedger({ db, clock, random, keys, witnesses, sources: ledgerSources })
}

/** For `createRecord`: every stored version is committed to in the transaction that stores it, and told on. */
export const versionsInto =
  (ledger: Pick<Ledger, 'commit'>, next: VersionListener): VersionListener =>
  async (tx, versions, access) => {
    await ledger.commit(
      tx,
      versions.map(({ resourceType, id, version, stored }) => ({
        kind: 'resource' as const,
        key: versionKey(resourceType, id, version),
        ...stored,
      })),
    )
    await next(tx, versions, access)
  }

export interface WireLedgerDeps {
  readonly ledger: Ledger
  readonly db: Database
  readonly record: FhirRecord
  readonly jobs: Jobs
  readonly http: FastifyInstance
  readonly log: Log
  accessOf(request: FastifyRequest): RecordAccess
}

export async function wireLedger({
  ledger,
  db,
  record,
  jobs,
  http,
  log,
  accessOf,
}: WireLedgerDeps): Promise<void> {
  jobs.add({
    name: 'ledger-sequence',
    periodMs: sequencePeriodMs,
    run: async (signal) => void (await ledger.sequence(signal)),
  })
  // A stop may cut it off; once it came to its end it does nothing more.
  jobs.add({ name: 'ledger-adoption', periodMs: adoptionPeriodMs, run: (signal) => ledger.adopt(signal) })
  void jobs.runNow('ledger-adoption')
  jobs.add({ name: 'ledger-thin', periodMs: thinPeriodMs, run: () => ledger.thin() })
  await http.register(
    ledgerRoutes({
      ledger,
      mayRead: (request, key) => mayRead(record, accessOf(request), key),
      rowOf: async (kind, key) => {
        const source = ledger.sources.find((one) => one.kind === kind)
        return (await source?.read(db, [key]))?.[0]
      },
      onGiven: (request, given) => (given ? gave(request, given) : gaveNothing(request)),
    }),
  )
  log.info({ origin: ledger.origin }, 'the ledger is open')
}

/** A deleted version may be proved to whoever could have read it. */
async function mayRead(record: FhirRecord, access: RecordAccess, key: string): Promise<boolean> {
  const [resourceType = '', id = '', history, version] = key.split('/')
  try {
    if (history === '_history' && version) {
      await record.repository(access).readVersion(resourceType, id, version)
      return true
    }
    if (resourceType !== 'AuditEvent') return false
    const [seen, whole] = await Promise.all(
      [access, systemAccess].map((one) => record.repository(one).readResource('AuditEvent', id)),
    )
    // The proof shows the whole row: to no one from whom its face keeps a part.
    return JSON.stringify(seen) === JSON.stringify(whole)
  } catch (error) {
    if (error instanceof OperationOutcomeError) return isGone(error.outcome)
    throw error
  }
}

/** `status` of a version; undefined where it is gone or was a deletion. */
export async function statusOfVersion(
  repository: RecordRepository,
  key: string,
): Promise<string | undefined> {
  const [resourceType = '', id = '', , version = ''] = key.split('/')
  try {
    const found = await repository.readVersion(resourceType, id, version)
    return (found as { status?: string }).status
  } catch (error) {
    if (error instanceof OperationOutcomeError) return undefined
    throw error
  }
}
