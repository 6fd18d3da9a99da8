/** An administrator of the database changes what happened; an export and the public keys tell. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Consent } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/platform/postgres/database.ts'
import { asking, type SignedIn } from './people.ts'
import { type RunningServer, startServer } from './server.ts'

const command = fileURLToPath(new URL('../../src/app/cli/main.ts', import.meta.url))
let server: RunningServer
let db: Database
let folder: string
let client: SignedIn
let kept: string
let consent: string
let runs = 0

const run = (args: readonly string[]) =>
  new Promise<{ code: number; output: string }>((done) => {
    const env = { ...process.env, VITALWIRE_HOME: server.home }
    execFile(process.execPath, [command, ...args], { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
    )
  })
/** Exports what the database holds now, and verifies it offline against the checkpoint that was kept elsewhere. */
async function verdict(...more: string[]) {
  const to = join(folder, `export-${++runs}`)
  const written = await run(['export', '--ledger', to])
  expect(written.code, written.output).toBe(0)
  return run(['verify', to, '--vkey', join(folder, 'vkeys'), ...more])
}
const text = async (path: string) => (await fetch(new URL(path, server.runtime.url))).text()

beforeAll(async () => {
  server = await startServer()
  db = openDatabase(server.runtime.databaseUrl, { maxConnections: 1 })
  folder = await mkdtemp(join(tmpdir(), 'vitalwire-verify-'))
  client = asking(server.runtime.url, await server.token())
  const given: Consent = {
    ...{ resourceType: 'Consent', status: 'active' },
    scope: { coding: [{ code: 'patient-privacy' }] },
    category: [{ coding: [{ code: 'INFA' }] }],
    patient: { reference: `Patient/${server.demo.devices[0]!.patient}` },
    policy: [{ uri: 'urn:test' }],
  }
  consent = (await client.post<Consent>('/fhir/R4/Consent', given)).id!
  await new Promise((done) => setTimeout(done, 2_500))
  await writeFile(join(folder, 'vkeys'), await text('/ledger/keys'))
  kept = join(folder, 'kept')
  await writeFile(kept, await text('/ledger/checkpoint'))
  // From here on only the attacker writes.
  await server.kill()
}, 120_000)
afterAll(async () => {
  await db?.close()
  await server.remove()
  await rm(folder, { recursive: true, force: true })
})

/** Does as a superuser would who knows where triggers are turned off; and undoes it. */
async function tampered(change: string, undo: string, test: () => Promise<void>) {
  await db.query(`SET session_replication_role = replica`)
  const rows = await db.query(`${change} RETURNING 1`)
  expect(rows.length).toBeGreaterThan(0)
  try {
    await test()
  } finally {
    await db.query(undo)
  }
}

describe('vitalwire verify', () => {
  it('finds nothing where nothing was done', async () => {
    const { code, output } = await verdict('--checkpoint', kept)
    expect(output).toContain('Nothing was altered')
    expect(code).toBe(0)
  }, 60_000)

  it.each([
    [
      'one byte under a resource version',
      `UPDATE resource SET content = replace(content, '"active":true', '"active":tRue') WHERE id = 'demo-nurse' AND resource_type = 'Practitioner'`,
      `UPDATE resource SET content = replace(content, '"active":tRue', '"active":true') WHERE id = 'demo-nurse' AND resource_type = 'Practitioner'`,
      'Practitioner/demo-nurse/_history/1 (leaf',
      'was altered',
    ],
    [
      'an audit row',
      `UPDATE audit_event SET outcome = 'failed' WHERE (at_us, nonce) = (SELECT at_us, nonce FROM audit_event WHERE outcome = 'done' ORDER BY at_us LIMIT 1)`,
      `UPDATE audit_event SET outcome = 'done' WHERE outcome = 'failed'`,
      'AuditEvent/',
      'was altered',
    ],
  ])(
    'names %s',
    async (_what, change, undo, key, words) => {
      await tampered(change, undo, async () => {
        const { code, output } = await verdict()
        expect(output).toMatch(/✗ First: /)
        expect(output).toContain(key)
        expect(output).toContain(words)
        expect(code).toBe(1)
      })
    },
    60_000,
  )

  it('names a consent that was turned around', async () => {
    const where = `WHERE resource_type = 'Consent' AND id = '${consent}'`
    await tampered(
      `UPDATE resource SET content = replace(content, 'INFA', 'INFB') ${where}`,
      `UPDATE resource SET content = replace(content, 'INFB', 'INFA') ${where}`,
      async () => {
        const { code, output } = await verdict()
        expect(output).toContain(`First: Consent/${consent}/_history/1`)
        expect(code).toBe(1)
      },
    )
  }, 60_000)

  it('names a log whose end was cut off together with its checkpoints, by one that was kept elsewhere', async () => {
    const size = Number((await db.query<{ size: number }>('SELECT size FROM ledger_log'))[0]!.size)
    const before = await db.query<{ size: number }>(
      'SELECT size FROM ledger_checkpoint ORDER BY size DESC LIMIT 2',
    )
    expect(before.length).toBe(2)
    await db.query('BEGIN')
    try {
      await db.query('DELETE FROM ledger_checkpoint WHERE size > $1', [before[1]!.size])
      await db.query('UPDATE ledger_log SET size = $1', [before[1]!.size])
      await db.query('DELETE FROM ledger_entry WHERE leaf >= $1', [before[1]!.size])
      await db.query('COMMIT')
    } catch (error) {
      await db.query('ROLLBACK')
      throw error
    }
    const { code, output } = await verdict('--checkpoint', kept)
    expect(output).toMatch(/✗ First: /)
    expect(output).toMatch(/removed|no longer/)
    expect(code).toBe(1)
    expect(size).toBeGreaterThan(before[1]!.size)
  }, 60_000)
})
