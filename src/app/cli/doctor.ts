/** `vitalwire doctor`: looks at this machine, the home and the running server, and says what to do about what it finds. */
import { access, constants, open, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../platform/clock.ts'
import { readRuntime } from '../../platform/runtime.ts'

interface Finding {
  readonly what: string
  readonly state: 'ok' | 'look' | 'wrong'
  readonly detail: string
}

const mark = { ok: '✓', look: '!', wrong: '✗' } as const
const gib = 1 << 30
const leastFreeBytes = 2 * gib
const leastSyncsPerSecond = 100
const syncTrials = 40

async function home(directory: string, clock: Clock): Promise<Finding[]> {
  const found: Finding[] = []
  try {
    await access(directory, constants.R_OK | constants.W_OK)
  } catch {
    return [
      { what: 'home', state: 'look', detail: `${directory} does not exist yet; the first start makes it` },
    ]
  }
  for (const file of ['demo.json', 'runtime.json', 'postgres.password']) {
    const mode = await stat(join(directory, file)).then(
      (found) => found.mode & 0o777,
      () => undefined,
    )
    if (mode !== undefined && (mode & 0o077) !== 0) {
      found.push({
        what: file,
        state: 'wrong',
        detail: `holds secrets and others may read it: chmod 600 ${join(directory, file)}`,
      })
    }
  }
  const disk = await statfs(directory)
  const free = disk.bavail * disk.bsize
  found.push({
    what: 'disk',
    state: free < leastFreeBytes ? 'wrong' : 'ok',
    detail: `${(free / gib).toFixed(1)} GiB free${free < leastFreeBytes ? '; what cannot be stored is not acknowledged: make room' : ''}`,
  })
  found.push(await syncRate(directory, clock))
  return found
}

/** How often the disk makes a small write durable: the bound on acknowledgement latency. */
async function syncRate(directory: string, clock: Clock): Promise<Finding> {
  const path = join(directory, 'doctor.tmp')
  const file = await open(path, 'w')
  const began = clock.elapsedMs()
  try {
    for (let i = 0; i < syncTrials; i++) {
      await file.write(`${i}\n`)
      await file.datasync()
    }
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
  const perSecond = Math.round((1_000 * syncTrials) / (clock.elapsedMs() - began))
  const slow = perSecond < leastSyncsPerSecond
  return {
    what: 'durable writes',
    state: slow ? 'look' : 'ok',
    detail: `${perSecond} a second${slow ? '; acknowledgements will be slow on this disk' : ''}`,
  }
}

interface Readiness {
  readonly status: string
  readonly checks: Readonly<Record<string, { readonly state: string; readonly detail?: string }>>
}

async function server(directory: string): Promise<Finding[]> {
  const runtime = await readRuntime(directory)
  if (!runtime) return [{ what: 'server', state: 'look', detail: 'none runs in this home; npm start' }]
  let ready: Readiness
  try {
    const answer = await fetch(`${runtime.url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    ready = (await answer.json()) as Readiness
  } catch {
    return [
      {
        what: 'server',
        state: 'wrong',
        detail: `process ${runtime.pid} does not answer at ${runtime.url}; look at its log, then start it again`,
      },
    ]
  }
  return [
    {
      what: 'server',
      state: ready.status === 'down' ? 'wrong' : ready.status === 'ready' ? 'ok' : 'look',
      detail: `${ready.status} at ${runtime.url}`,
    },
    ...Object.entries(ready.checks).map(
      ([what, check]): Finding => ({
        what,
        state: check.state === 'ok' ? 'ok' : check.state === 'down' ? 'wrong' : 'look',
        detail: check.detail ?? check.state,
      }),
    ),
  ]
}

/** @returns 0 where nothing is wrong */
export async function doctor(directory: string, clock: Clock): Promise<number> {
  const findings: Finding[] = [
    { what: 'Node.js', state: 'ok', detail: process.version },
    ...(await home(directory, clock)),
    ...(await server(directory)),
  ]
  for (const { what, state, detail } of findings) console.log(`${mark[state]} ${what.padEnd(16)} ${detail}`)
  return findings.some(({ state }) => state === 'wrong') ? 1 : 0
}
