/** `vitalwire export --ledger` and `vitalwire verify`: the log out of the database, and whether it is what it was. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Registry } from 'prom-client'
import { createAudit } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import {
  createLedger,
  type LedgerWriter,
  openExport,
  parseVkey,
  parseVkeys,
  readLedgerKeys,
  type VerifierKey,
  verifyExport,
  writeExport,
} from '../../ledger/index.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config.ts'
import { silentLog } from '../../platform/log.ts'
import { type Database, openDatabase } from '../../platform/postgres/database.ts'
import { systemRandom } from '../../platform/random.ts'
import { readRuntime } from '../../platform/runtime.ts'
import { ledgerSources } from '../ledger-sources.ts'
import { UsageError } from './usage.ts'

export const ledgerUsage = `vitalwire export --ledger FOLDER       the log, and the rows that it commits to, into a new folder
vitalwire verify FOLDER [--checkpoint FILE …] [--vkey KEY …]
  --checkpoint   a checkpoint that was kept elsewhere: by you, a witness, an anchor
  --vkey         a key that you trust, or a file of such, instead of the export's own`

const mostShown = 20

/** Reads the database itself; the server may run meanwhile. */
export async function exportLedger(args: readonly string[], config: Config): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { ledger: { type: 'string' } } })
  if (!values.ledger) throw new UsageError('name the folder to write', ledgerUsage)
  const keys = await readLedgerKeys(config.home)
  if (!keys) throw new Error(`no ledger lies in ${config.home} (keys/ledger.json); set VITALWIRE_HOME`)
  const url = config.databaseUrl ?? (await readRuntime(config.home))?.databaseUrl
  if (url === undefined) throw new Error(`no server runs in ${config.home}; start it, or set DATABASE_URL`)
  const db = openDatabase(url, { maxConnections: 2 })
  try {
    const ledger = createLedger({
      db,
      clock: systemClock,
      random: systemRandom,
      keys,
      sources: ledgerSources,
    })
    await tellTheAudit(db, ledger)
    await numberWhatWaits(ledger)
    const { leaves, pending } = await writeExport({ db, clock: systemClock, ...ledger }, values.ledger)
    console.log(`${values.ledger} written: ${leaves} leaves, ${pending} rows without a number yet`)
    console.log('It holds the record and the audit as the database has them: keep it as you keep the record.')
    console.log(`Check it with: vitalwire verify ${values.ledger}`)
    return 0
  } finally {
    await db.close()
  }
}

/** What leaves the house is written down before it leaves. */
async function tellTheAudit(db: Database, ledger: LedgerWriter): Promise<void> {
  const audit = createAudit({
    ...{ db, ledger, clock: systemClock, random: systemRandom },
    ...{ log: silentLog, metrics: new Registry() },
  })
  await audit.write({
    ...{ kind: 'export', action: 'R', outcome: 'done', actor: 'system', purpose: 'HSYSADMIN' },
    ...{ patients: [], what: ['ledger'] },
  })
}

/** A damaged log signs nothing more, and is exported all the more. */
async function numberWhatWaits(ledger: { sequence(): Promise<unknown> }): Promise<void> {
  try {
    await ledger.sequence()
  } catch (error) {
    if (!(error instanceof ProblemError || error instanceof RangeError)) throw error
    console.error(`! ${error.message}`)
  }
}

/** @returns 0 where the export holds, 1 where something is wrong with it */
export async function verify(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      checkpoint: { type: 'string', multiple: true },
      vkey: { type: 'string', multiple: true },
    },
  })
  const [folder, more] = positionals
  if (!folder || more) throw new UsageError('name the one folder of the export', ledgerUsage)
  const checkpoints = new Map<string, string>()
  for (const file of values.checkpoint ?? []) checkpoints.set(file, await readFile(file, 'utf8'))
  const vkeys = values.vkey && (await Promise.all(values.vkey.map(trusted))).flat()
  const { findings, notes } = await verifyExport(await openExport(folder), {
    checkpoints,
    ...(vkeys && { vkeys }),
  })
  for (const note of notes) console.log(`  ${note}`)
  const [first, ...rest] = findings
  if (!first) {
    console.log('✓ Nothing was altered, removed, inserted, reordered or back-dated.')
    return 0
  }
  console.log(`✗ First: ${first.words}.`)
  for (const { words } of rest.slice(0, mostShown)) console.log(`  then: ${words}.`)
  if (rest.length > mostShown) console.log(`  and ${rest.length - mostShown} more.`)
  return 1
}

async function trusted(given: string): Promise<readonly VerifierKey[]> {
  const key = parseVkey(given)
  return key ? [key] : parseVkeys(await readFile(given, 'utf8'), given)
}
