/**
 * The same batches as `ingest-in-process`, 5,000 readings of 8,000 series each, 16 under way, into InfluxDB 1.x as Debian
 * packages it: line protocol over HTTP, its write-ahead log synced with every write as it is by default. What it takes on
 * disk after it was stopped, which flushes its cache.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { perSecond, repeats, report } from './measuring/figure.ts'

const program = ['/usr/bin/influxd', '/usr/local/bin/influxd'].find((path) => existsSync(path))
const batchSize = 5_000
const seriesCount = 8_000
const inFlight = 16
const seconds = 2
const startMs = Date.UTC(2026, 0, 1)
const agent = new Agent({ keepAlive: true, maxSockets: inFlight })

let next = 0
function lines(): string {
  const rows: string[] = []
  for (let i = 0; i < batchSize; i++, next++) {
    const lane = next % seriesCount
    const second = Math.floor(next / seriesCount)
    const wave = 72 + 8 * Math.sin((second + lane) / 17)
    const value = lane % 4 === 0 ? Math.round(wave * 10) / 10 : Math.round(wave)
    rows.push(
      `m${lane & 7},patient=p${lane >> 3},device=d${lane >> 3} value=${value} ${startMs + second * 1_000}`,
    )
  }
  return rows.join('\n')
}

function post(port: number, path: string, body: string): Promise<void> {
  return new Promise((done, fail) => {
    const sent = request({ port, path, method: 'POST', agent, host: '127.0.0.1' }, (answer) => {
      answer.resume()
      answer.once('end', () =>
        answer.statusCode! < 300 ? done() : fail(new Error(`answered ${answer.statusCode}`)),
      )
    })
    sent.once('error', fail)
    sent.end(body)
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const settings = `reporting-disabled = true
bind-address = "127.0.0.1:${await freePort()}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
[logging]
level = "error"
suppress-logo = true
`
  await writeFile(join(folder, 'influxdb.conf'), settings)
  const child = spawn(program!, ['-config', join(folder, 'influxdb.conf')], { stdio: 'ignore' })
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 100) {
    await delay(100)
    if (
      await post(port, '/query?q=CREATE+DATABASE+bench', '').then(
        () => true,
        () => false,
      )
    )
      return child
  }
  throw new Error('InfluxDB did not start')
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true })
  const sizes = await Promise.all(names.map(async (name) => stat(join(folder, name))))
  return sizes.reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0)
}

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
  for (const part of ['meta', 'data', 'wal']) await mkdir(join(folder, part))
  const port = await freePort()
  let child = await start(folder, port)
  const stop = async () => {
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    await ended
  }
  const rates: number[] = []
  for (const _ of repeats) {
    const batches = await perSecond(seconds, inFlight, () =>
      post(port, '/write?db=bench&precision=ms', lines()),
    )
    rates.push(batches * batchSize)
  }
  await stop()
  child = await start(folder, port)
  await stop()
  report('influxdb', '1/s', rates)
  const bytes = (await bytesIn(join(folder, 'data'))) + (await bytesIn(join(folder, 'wal')))
  report('influxdb-bytes-per-reading', 'B', [bytes / next])
  await rm(folder, { recursive: true, force: true })
}

if (program) await measure()
else process.stdout.write('left out: influxd is not installed\n')
process.exit(0)
