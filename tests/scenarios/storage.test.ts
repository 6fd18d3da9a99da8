/**
 * When storing fails: the disk is full, or the database is gone. What cannot be stored is refused and said to be; what was
 * acknowledged is there; and everything goes on by itself once the cause is gone.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bundle, Observation } from '@medplum/fhirtypes'
import { afterAll, describe, expect, it } from 'vitest'
import { eventually, type RunningServer, startServer } from './server.ts'

/** A small disk of our own; undefined where none may be mounted. */
function smallDisk(megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'vitalwire-small-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], {
      stdio: 'ignore',
    })
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
}

/** Takes all that is free. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  const block = Buffer.alloc(64 << 10)
  try {
    for (let size = block.length; size >= 1; ) {
      try {
        writeSync(file, block, 0, size)
      } catch {
        size = Math.floor(size / 2)
      }
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

interface Ready {
  readonly status: string
  readonly checks: Readonly<Record<string, { readonly state: string; readonly detail?: string }>>
}

const readiness = async (server: RunningServer): Promise<Ready> =>
  (await (await fetch(`${server.runtime.url}/readyz`)).json()) as Ready

/** One reading over HTTP, numbered by its millisecond. */
async function send(server: RunningServer, startMs: number, n: number): Promise<Response> {
  const { mqtt } = server.freeDevice(0)
  return fetch(`${server.runtime.url}/telemetry`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${mqtt.username}:${mqtt.password}`).toString('base64')}`,
      'content-type': 'application/senml+json',
    },
    body: JSON.stringify([{ n: 'heart-rate', v: 40 + (n % 100), t: (startMs + n) / 1_000 }]),
  })
}

async function stored(server: RunningServer, startMs: number): Promise<Map<number, number>> {
  const found = new Map<number, number>()
  let path: string | undefined =
    `/fhir/R4/Observation?patient=${server.freeDevice(0).patient}&code=http://loinc.org|8867-4&_sort=date&_count=1000`
  while (path) {
    const bundle: Bundle<Observation> = await server.get(path)
    for (const { resource } of bundle.entry ?? []) {
      found.set(Date.parse(resource!.effectiveDateTime!) - startMs, resource!.valueQuantity!.value!)
    }
    const next = bundle.link?.find((link) => link.relation === 'next')?.url
    path = next && new URL(next).pathname + new URL(next).search
  }
  return found
}

/** Sends readings one after the other until `enough`; which were acknowledged, and what refusals were like. */
async function sendUntil(
  server: RunningServer,
  startMs: number,
  from: number,
  acknowledged: Set<number>,
  enough: (answer: Response) => Promise<boolean> | boolean,
  limitMs: number,
): Promise<number> {
  const until = performance.now() + limitMs
  for (let n = from; ; n++) {
    const answer = await send(server, startMs, n)
    if (answer.status === 200) acknowledged.add(n)
    if (await enough(answer)) return n + 1
    if (performance.now() > until) throw new Error(`not within ${limitMs} ms; last answer ${answer.status}`)
  }
}

const expectAll = async (server: RunningServer, startMs: number, acknowledged: ReadonlySet<number>) => {
  const found = await stored(server, startMs)
  expect([...acknowledged].filter((n) => found.get(n) !== 40 + (n % 100))).toEqual([])
  expect(acknowledged.size).toBeGreaterThan(10)
}

const disk = smallDisk(320)
const servers: RunningServer[] = []
afterAll(async () => {
  for (const server of servers) await server.remove().catch(() => {})
  if (!disk) return
  execFileSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
})

describe('when storing fails', () => {
  it.skipIf(!disk)(
    'a full disk refuses, says so, loses nothing acknowledged, and is forgotten when there is room (needs to mount a small disk, as root)',
    {
      timeout: 240_000,
    },
    async () => {
      const server = await startServer({ home: join(disk!, 'home') })
      servers.push(server)
      await server.token()
      const startMs = Date.now() - 3_600_000
      const acknowledged = new Set<number>()
      let next = await sendUntil(server, startMs, 0, acknowledged, () => acknowledged.size >= 50, 20_000)
      fill(join(disk!, 'ballast'))
      next = await sendUntil(
        server,
        startMs,
        next,
        acknowledged,
        (answer) => {
          if (answer.status === 200) return false
          expect([answer.status, answer.headers.get('retry-after') !== null]).toEqual([503, true])
          return true
        },
        120_000,
      )
      const ready = await eventually(
        () => readiness(server),
        ({ checks }) => /disk/i.test(checks['storage']?.detail ?? ''),
        20_000,
      )
      expect(ready.status).not.toBe('ready')
      rmSync(join(disk!, 'ballast'))
      next = await sendUntil(server, startMs, next, acknowledged, ({ status }) => status === 200, 60_000)
      await sendUntil(server, startMs, next, acknowledged, () => acknowledged.size >= 100, 60_000)
      await expectAll(server, startMs, acknowledged)
      await eventually(
        () => readiness(server),
        ({ checks }) => checks['storage']?.state === 'ok',
        20_000,
      )
    },
  )

  it('a database that is killed under load is brought back, and nothing acknowledged is lost', {
    timeout: 180_000,
  }, async () => {
    const server = await startServer()
    servers.push(server)
    await server.token()
    const startMs = Date.now() - 3_600_000
    const acknowledged = new Set<number>()
    let next = 0
    for (let kill = 0; kill < 3; kill++) {
      const before = acknowledged.size
      next = await sendUntil(
        server,
        startMs,
        next,
        acknowledged,
        () => acknowledged.size >= before + 40,
        60_000,
      )
      const postmaster = readFileSync(join(server.home, 'postgres', 'postmaster.pid'), 'utf8')
      process.kill(Number(postmaster.split('\n')[0]), 'SIGKILL')
    }
    const before = acknowledged.size
    await sendUntil(server, startMs, next, acknowledged, () => acknowledged.size >= before + 20, 60_000)
    await expectAll(server, startMs, acknowledged)
  })
})
