/**
 * A FHIR search over HTTP with a token, at a hundred million readings: one patient, one code, the newest 20. Compared with
 * the same page out of JSON documents, which are far fewer (60,000) and asked for without HTTP in between. Then the same
 * searches, and the memory of the server process alone, while 1,000 devices send ten readings a second each over MQTT.
 *
 *   node bench/fhir-search.ts [readings, default 100000000] [patients, default 1000]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../src/platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts'
import { migrate } from '../src/platform/postgres/migrations.ts'
import { telemetryMigrations } from '../src/telemetry/index.ts'
import { percentile, repeats, report } from './measuring/figure.ts'
import { measureDocuments } from './measuring/json-documents.ts'
import { loadReadings, metrics, patientOf } from './measuring/many-readings.ts'
import { type Peer, startPeer } from './measuring/peer.ts'
import { sendEverySecond } from './measuring/ward-traffic.ts'

const [, , readings = '100000000', patientCount = '1000'] = process.argv
const patients = Number(patientCount)
const documents = 20_000
const searches = 500
const trafficSeconds = 75
const searchPauseMs = 50
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

interface Page {
  readonly entry?: readonly { readonly resource: object }[]
}

async function tokenOf({ url, client }: Peer): Promise<string> {
  const answer = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${client!.id}:${client!.secret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials&scope=system/*.rs',
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

function ask(url: string, token: string): Promise<Page> {
  return new Promise((done, fail) => {
    get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.once('end', () => done(JSON.parse(text) as Page))
    }).once('error', fail)
  })
}

/** Another patient and another metric each time, so that nothing is asked for twice in a run. */
async function search(peer: Peer, token: string, turn: number): Promise<{ page: Page; ms: number }> {
  const patient = patientOf((turn * 7_919) % patients)
  const metric = metrics[turn % metrics.length]!
  const query = `patient=${patient}&code=urn:vitalwire:metric|${metric}&_sort=-date&_count=20`
  const begin = performance.now()
  const page = await ask(`${peer.url}/fhir/R4/Observation?${query}`, token)
  const ms = performance.now() - begin
  if (page.entry?.length !== 20) throw new Error(`${page.entry?.length} readings of ${patient}, ${metric}`)
  return { page, ms }
}

async function searchTimes(peer: Peer, token: string, first: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < searches; i++) times.push((await search(peer, token, first + i)).ms)
  return times
}

const folder = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
const server = await startEmbeddedPostgres(join(folder, 'postgres'))
const db = openDatabase(server.url)
try {
  await migrate(db, [telemetryMigrations])
  const seconds = await loadReadings(db, { readings: Number(readings), patients })
  process.stdout.write(`loaded ${readings} readings in ${Math.round(seconds)} s\n`)
  const peer = await startPeer('product', [String(patients), server.url])
  const token = await tokenOf(peer)
  const sample = (await search(peer, token, 0)).page.entry![0]!.resource
  const compared = await measureDocuments(db, sample, documents)
  report('json-document', '1/s', compared.rates)
  report('json-document-bytes-per-reading', 'B', [compared.bytesEach])
  await searchTimes(peer, token, 1)
  const runs: number[][] = []
  for (const run of repeats) runs.push(await searchTimes(peer, token, run * searches))
  for (const percent of [50, 99]) {
    const there = report(`json-document-newest-20-p${percent}`, 'ms', [
      percentile(compared.newest20, percent),
    ])
    const here = runs.map((times) => percentile(times, percent))
    report(`fhir-newest-20-p${percent}`, 'ms', here, there)
  }
  let sending = true
  const traffic = sendEverySecond(peer, trafficSeconds).finally(() => {
    sending = false
  })
  const busy: number[] = []
  for (let turn = 0; sending; turn++) {
    busy.push((await search(peer, token, turn)).ms)
    await new Promise((next) => setTimeout(next, searchPauseMs))
  }
  for (const percent of [50, 99]) {
    report(`fhir-newest-20-p${percent}-ingesting`, 'ms', [percentile(busy, percent)])
  }
  report('server-rss', 'MB', await traffic)
  await peer.stop()
} finally {
  await db.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
process.exit(0)
