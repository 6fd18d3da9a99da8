import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { decode } from 'cbor-x'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Broker, startBroker } from '../../tests/mqtt-broker.ts'
import { findMetric } from '../kernel/metrics/index.ts'
import type { SimulatorDocument } from './config.ts'
import { simulatorProgram } from './index.ts'

type Child = ChildProcessByStdio<Writable, Readable, Readable>
let broker: Broker
const children: Child[] = []
beforeEach(async () => {
  broker = await startBroker()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await broker.stop()
})

function start(args: readonly string[] = []) {
  const child: Child = spawn(process.execPath, [fileURLToPath(simulatorProgram), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  children.push(child)
  const output = { out: '', err: '' }
  child.stdout.on('data', (part) => {
    output.out += part
  })
  child.stderr.on('data', (part) => {
    output.err += part
  })
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  return { child, output, exit }
}

const configFor = (count: number, password = 'right'): SimulatorDocument => ({
  mqttUrl: broker.url,
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
      password,
    },
  })),
})

const statuses = (payload: string) =>
  broker.received.filter((r) => r.topic.endsWith('/status') && r.payload.toString() === payload)

describe('the simulator process', () => {
  it('connects every device, says it is ready, sends SenML that holds together, and takes leave on SIGTERM', async () => {
    const { child, output, exit } = start()
    child.stdin.write(`${JSON.stringify(configFor(4))}\n`)
    await broker.until((all) => all.length > 40)
    expect(output.out).toBe('simulator ready 4 devices\n')
    const names = new Set<string>()
    for (const { topic, payload } of broker.received.filter((r) => r.topic.endsWith('/telemetry'))) {
      expect(topic).toMatch(/^vitalwire\/d[0-3]\/telemetry$/)
      for (const record of decode(payload) as Record<string, unknown>[]) {
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
    expect(statuses('offline')).toHaveLength(4)
    expect(output.err).toBe('')
  })

  it('ends when the stream that its starter holds is closed', async () => {
    const { child, output, exit } = start()
    child.stdin.write(`${JSON.stringify(configFor(1))}\n`)
    await broker.until((all) => all.length > 3)
    child.stdin.end()
    expect(await exit).toBe(0)
    expect(output.out).toContain('simulator ready 1 devices')
  })

  it('reads its configuration from a file and goes on though standard input is closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vitalwire-simulator-'))
    const file = join(folder, 'simulator.json')
    await writeFile(file, JSON.stringify(configFor(1)), { mode: 0o600 })
    const { child } = start([file])
    child.stdin.end()
    await broker.until((all) => all.length > 5)
    expect(child.exitCode).toBeNull()
    await rm(folder, { recursive: true })
  })

  it('goes on when the document was all that came in', async () => {
    const { child } = start()
    child.stdin.end(JSON.stringify(configFor(1)))
    await broker.until((all) => all.length > 5)
    expect(child.exitCode).toBeNull()
  })

  it('is ready though a device is turned away, and says which', async () => {
    const { child, output } = start()
    child.stdin.write(`${JSON.stringify(configFor(1, 'wrong-and-secret'))}\n`)
    await once(child.stdout, 'data')
    expect(JSON.parse(output.err.split('\n')[0] ?? '')).toMatchObject({
      level: 'error',
      event: 'connection-refused',
      device: 'd0',
    })
    expect(output.err).not.toContain('secret')
  })

  it.each([
    ['no JSON', 'nonsense', ''],
    [
      'an unknown course',
      (c: SimulatorDocument) => ({ ...c, patients: [{ ...c.patients[0], course: 'gout' }] }),
      'patients.0.course',
    ],
    ['no broker', (c: SimulatorDocument) => ({ ...c, mqttUrl: 'http://x' }), 'mqttUrl'],
    ['a speed of nought', (c: SimulatorDocument) => ({ ...c, speed: 0 }), 'speed'],
  ])('refuses %s with the place and without the passwords', async (_name, change, path) => {
    const { child, output, exit } = start()
    const text = typeof change === 'string' ? change : JSON.stringify(change(configFor(1, 'not-for-logs')))
    child.stdin.end(text)
    expect(await exit).toBe(2)
    expect(JSON.parse(output.err).issues[0].path).toBe(path)
    expect(output.err).not.toContain('not-for-logs')
  })

  it('prints the courses for a look without a gateway', async () => {
    const { output, exit } = start(['--print', '240'])
    expect(await exit).toBe(0)
    expect(output.out).toMatch(/^stable: .*\n {5}0 min .*alert$/m)
  })
})
