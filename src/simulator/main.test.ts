import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { decode } from 'cbor-x'
import { describe, expect, it, vi } from 'vitest'
import { type Broker, type Received, startBroker } from '../../tests/mqtt-broker.ts'
import { findMetric } from '../kernel/metrics/index.ts'
import { readConfig, type SimulatorDocument } from './config.ts'
import { simulatorProgram } from './index.ts'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** A broker and the simulator's process, gone when the test is over. Each test has its own: they run side by side. */
async function begin(
  onTestFinished: (finish: () => Promise<void>) => void,
  args: readonly string[] = [],
  prepare: (broker: Broker) => Promise<void> = async () => {},
) {
  const broker = await startBroker()
  await prepare(broker)
  const child: Child = spawn(process.execPath, [fileURLToPath(simulatorProgram), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await broker.stop()
  })
  const output = { out: '', err: '' }
  child.stdout.on('data', (part) => {
    output.out += part
  })
  child.stderr.on('data', (part) => {
    output.err += part
  })
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  return { broker, child, output, exit }
}

const configFor = (
  { url }: { readonly url: string },
  count: number,
  passwords: readonly string[] = [],
): SimulatorDocument => ({
  mqttUrl: url,
  seed: 'main',
  patients: Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    course: 'stable',
    ageYears: 50 + index,
    sex: index % 2 ? 'male' : 'female',
    weightKg: 70,
    startOffsetMinutes: 0,
    device: {
      id: `d${index}`,
      profile: index % 2 ? 'vitalwire/home-hub' : 'vitalwire/bedside',
      username: `d${index}`,
      password: passwords[index] ?? 'right',
    },
  })),
})

const statuses = (broker: Broker, payload: string) =>
  broker.received.filter((r) => r.topic.endsWith('/status') && r.payload.toString() === payload)
const recordsOf = ({ payload }: Received) => decode(payload) as Record<string, unknown>[]

describe.concurrent('the simulator process', () => {
  it('connects every device, says who was turned away, sends SenML that holds together, and takes leave on SIGTERM', async ({
    onTestFinished,
  }) => {
    const { broker, child, output, exit } = await begin(onTestFinished)
    const document = configFor(broker, 5, ['right', 'right', 'right', 'right', 'wrong-and-secret'])
    child.stdin.write(`${JSON.stringify(document)}\n`)
    await broker.until((all) => all.length > 40)
    expect(output.out).toBe('simulator ready 5 devices\n')
    const names = new Set<string>()
    for (const received of broker.received.filter((r) => r.topic.endsWith('/telemetry'))) {
      expect(received.topic).toMatch(/^vitalwire\/d[0-3]\/telemetry$/)
      for (const record of recordsOf(received)) {
        const name = String(record['0'])
        names.add(name)
        const metric = findMetric(name)
        const value = record['2']
        if (metric && typeof value === 'number' && record['1'] === undefined) {
          expect(value).toBeGreaterThanOrEqual(metric.range[0])
          expect(value).toBeLessThanOrEqual(metric.range[1])
        }
      }
    }
    for (const name of ['heart-rate', 'spo2', 'systolic-bp', 'consciousness', 'ecg-ii', 'pleth']) {
      expect(names).toContain(name)
    }
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
    expect(statuses(broker, 'offline')).toHaveLength(4)
    for (const line of output.err.trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ level: 'error', event: 'connection-refused', device: 'd4' })
    }
    expect(output.err).not.toContain('secret')
  })

  it('reads the memories out after the live signal began, and says when all of it was acknowledged', async ({
    onTestFinished,
  }) => {
    const { broker, child, output } = await begin(onTestFinished)
    const untilS = 1_700_000_000
    const document = { ...configFor(broker, 2), historyHours: 3, historyUntilS: untilS }
    child.stdin.write(`${JSON.stringify(document)}\n`)
    await vi.waitFor(() => expect(output.out).toContain('simulator history sent\n'), { timeout: 25_000 })
    const told = broker.received.filter((r) => r.topic.endsWith('/telemetry'))
    const isOld = (received: Received) => Number(recordsOf(received)[0]?.['-3']) < untilS
    expect(told.slice(0, 4).some(isOld)).toBe(false)
    for (const device of ['d0', 'd1']) {
      const old = told.filter((r) => r.topic.includes(device) && isOld(r)).flatMap(recordsOf)
      expect(old.filter((record) => record['0'] === 'heart-rate')).toHaveLength(12 + 120)
    }
  })

  it('ends when the stream that its starter holds is closed', async ({ onTestFinished }) => {
    const { broker, child, output, exit } = await begin(onTestFinished)
    child.stdin.write(`${JSON.stringify(configFor(broker, 1))}\n`)
    await broker.until((all) => all.length > 3)
    child.stdin.end()
    expect(await exit).toBe(0)
    expect(output.out).toContain('simulator ready 1 devices')
  })

  it('reads its configuration from a file and goes on though standard input is closed', async ({
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'vitalwire-simulator-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'simulator.json')
    const { broker, child } = await begin(onTestFinished, [file], ({ url }) =>
      writeFile(file, JSON.stringify(configFor({ url }, 1)), { mode: 0o600 }),
    )
    child.stdin.end()
    await broker.until((all) => all.length > 5)
    expect(child.exitCode).toBeNull()
  })

  it('goes on when the document was all that came in', async ({ onTestFinished }) => {
    const { broker, child } = await begin(onTestFinished)
    child.stdin.end(JSON.stringify(configFor(broker, 1)))
    await broker.until((all) => all.length > 5)
    expect(child.exitCode).toBeNull()
  })

  it('refuses a configuration with the place and without the passwords', async ({ onTestFinished }) => {
    const { child, output, exit } = await begin(onTestFinished)
    child.stdin.end(JSON.stringify({ ...configFor({ url: 'http://x' }, 1, ['not-for-logs']) }))
    expect(await exit).toBe(2)
    expect(JSON.parse(output.err).issues[0].path).toBe('mqttUrl')
    expect(output.err).not.toContain('not-for-logs')
  })

  it('prints the courses for a look without a gateway', async ({ onTestFinished }) => {
    const { output, exit } = await begin(onTestFinished, ['--print', '240'])
    expect(await exit).toBe(0)
    expect(output.out).toMatch(/^stable: .*\n {5}0 min .*alert$/m)
  })
})

describe('a configuration', () => {
  const good = configFor({ url: 'mqtt://x' }, 1, ['not-for-logs'])

  it('is read when it is good', () => {
    expect(readConfig(JSON.stringify(good))).toMatchObject({ seed: 'main', speed: 1, historyHours: 0 })
  })

  it.each<[string, string, string]>([
    ['no JSON', 'nonsense', ''],
    [
      'an unknown course',
      JSON.stringify({ ...good, patients: [{ ...good.patients[0], course: 'gout' }] }),
      'patients.0.course',
    ],
    ['no broker', JSON.stringify({ ...good, mqttUrl: 'http://x' }), 'mqttUrl'],
    ['a speed of nought', JSON.stringify({ ...good, speed: 0 }), 'speed'],
    ['a history of a year', JSON.stringify({ ...good, historyHours: 8_760 }), 'historyHours'],
  ])('that is or has %s is refused with the place and without the passwords', (_name, text, path) => {
    const refused = readConfig(text)
    if (!('issues' in refused)) throw new Error('was taken')
    expect(refused.issues[0]?.path).toBe(path)
    expect(JSON.stringify(refused)).not.toContain('not-for-logs')
  })
})
