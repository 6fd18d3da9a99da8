/**
 * The ledger from commit to signed checkpoint: writers commit in transactions of their own while the sequencer numbers
 * beside them; the time ends when all of it stands under a signed checkpoint.
 *
 *   node bench/ledger-append.ts [seconds a run, default 2]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLedger, ledgerMigrations, loadLedgerKeys } from '../src/ledger/index.ts'
import { systemClock } from '../src/platform/clock.ts'
import { openDatabase } from '../src/platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts'
import { migrate } from '../src/platform/postgres/migrations.ts'
import { systemRandom } from '../src/platform/random.ts'
import { repeats, report } from './measuring/figure.ts'

const lanes = 8
/** A resource of middling size. */
const content = JSON.stringify({ resourceType: 'Observation', note: 'x'.repeat(1_200) })

const seconds = Number(process.argv[2] ?? 2)
const folder = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
const server = await startEmbeddedPostgres(join(folder, 'postgres'))
try {
  const db = openDatabase(server.url)
  await migrate(db, [ledgerMigrations])
  const keys = await loadLedgerKeys(folder, systemRandom)
  const ledger = createLedger({ db, clock: systemClock, random: systemRandom, keys })
  let next = 0
  const entryOf = (n: number) => ({
    kind: 'resource' as const,
    key: `Observation/${n}/_history/1`,
    patients: [`p${n % 1_000}`],
    content,
    atUs: systemClock.now(),
  })

  /** Entries a second, each transaction with `count` of them, until the last is under a checkpoint. */
  async function rate(count: number): Promise<number> {
    const begin = performance.now()
    const first = next
    let writing = true
    const writers = Array.from({ length: lanes }, async () => {
      while (performance.now() - begin < seconds * 1_000) {
        const entries = Array.from({ length: count }, () => entryOf(next++))
        await db.transaction((tx) => ledger.commit(tx, entries))
      }
    })
    const sequencing = (async () => {
      while (writing) {
        await ledger.sequence()
        await new Promise((done) => setTimeout(done, 100))
      }
    })()
    await Promise.all(writers)
    writing = false
    await sequencing
    await ledger.sequence()
    const { checkpoint } = await ledger.requireCheckpoint()
    if (checkpoint.size !== next) throw new Error(`${next} entries committed, ${checkpoint.size} signed`)
    return ((next - first) * 1_000) / (performance.now() - begin)
  }

  const found = { single: [] as number[], batched: [] as number[] }
  for (const _ of repeats) {
    found.single.push(await rate(1))
    found.batched.push(await rate(20))
  }
  report('ledger-append-single', '1/s', found.single)
  report('ledger-append', '1/s', found.batched)
  await db.close()
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
