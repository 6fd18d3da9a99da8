/** The whole product as its user starts it: a process of its own on free ports, with the demo hospital, that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import mqtt, { type MqttClient } from 'mqtt'
import type { DemoCredentials } from '../../src/app/demo/credentials.ts'
import type { Runtime } from '../../src/platform/runtime.ts'

const main = fileURLToPath(new URL('../../src/app/main.ts', import.meta.url))

export interface RunningServer {
  readonly home: string
  readonly runtime: Runtime
  readonly demo: DemoCredentials
  /** Milliseconds from start to the ready line. */
  readonly readyMs: number
  /** Its log so far: all that it wrote to standard error. */
  log(): string
  /** A demo device to which nothing else sends, by number 0–2. */
  freeDevice(index: number): DemoCredentials['devices'][number]
  token(scope?: string): Promise<string>
  get<T>(path: string, token?: string): Promise<T>
  mqtt(device: DemoCredentials['devices'][number]): Promise<MqttClient>
  /** SIGKILL; the database's own process lives on. */
  kill(): Promise<void>
  stop(): Promise<number | null>
  /** Starts again on the same home. */
  again(): Promise<RunningServer>
  /** Stops it and removes the home. */
  remove(): Promise<void>
}

const exited = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((done) => child.once('exit', (code) => done(code)))

async function untilReady(child: ChildProcess, limitMs: number): Promise<void> {
  let output = ''
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(
      () => fail(new Error(`not ready after ${limitMs} ms:\n${output.slice(-4_000)}`)),
      limitMs,
    )
    const see = (chunk: Buffer) => {
      output += chunk.toString('utf8')
      if (output.includes('vitalwire ready ')) {
        clearTimeout(timer)
        done()
      }
    }
    child.stdout!.on('data', see)
    child.stderr!.on('data', see)
    child.once('exit', (code) =>
      fail(new Error(`ended with ${code} before it was ready:\n${output.slice(-4_000)}`)),
    )
  })
}

export async function startServer(
  options: { home?: string; env?: Record<string, string>; limitMs?: number } = {},
): Promise<RunningServer> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'vitalwire-scenario-')))
  const began = performance.now()
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      VITALWIRE_HOME: home,
      VITALWIRE_DEMO: '1',
      PORT: '0',
      MQTT_PORT: '0',
      MLLP_PORT: '0',
      DICOM_PORT: '0',
      LOG_LEVEL: 'warn',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr!.on('data', (bytes: Buffer) => {
    log += bytes.toString('utf8')
  })
  await untilReady(child, options.limitMs ?? 90_000)
  const readyMs = performance.now() - began
  const runtime = JSON.parse(await readFile(join(home, 'runtime.json'), 'utf8')) as Runtime
  const demo = JSON.parse(await readFile(join(home, 'demo.json'), 'utf8')) as DemoCredentials
  const tokens = new Map<string, string>()

  const token = async (scope = 'system/*.cruds') => {
    const known = tokens.get(scope)
    if (known) return known
    const client = demo.clients.find((c) => c.scope === scope)!
    const answer = await fetch(`${runtime.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
    })
    const body = (await answer.json()) as { access_token: string }
    tokens.set(scope, body.access_token)
    return body.access_token
  }

  return {
    home,
    runtime,
    demo,
    readyMs,
    log: () => log,
    token,
    freeDevice: (index) => demo.devices.filter((device) => device.profile === 'vitalwire/senml')[index]!,
    async get<T>(path: string, bearer?: string) {
      const answer = await fetch(`${runtime.url}${path}`, {
        headers: { authorization: `Bearer ${bearer ?? (await token())}` },
      })
      if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as T
    },
    mqtt: (device) =>
      mqtt.connectAsync(`mqtt://127.0.0.1:${runtime.mqttPort}`, {
        protocolVersion: 4,
        clientId: device.id,
        username: device.mqtt.username,
        password: device.mqtt.password,
        reconnectPeriod: 0,
      }),
    async kill() {
      child.kill('SIGKILL')
      await exited(child)
    },
    async stop() {
      child.kill('SIGTERM')
      return exited(child)
    },
    again: () => startServer({ ...options, home }),
    async remove() {
      child.kill('SIGTERM')
      await exited(child)
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Asks until the answer satisfies; the last answer is in the error. */
export async function eventually<T>(
  ask: () => Promise<T>,
  satisfied: (answer: T) => boolean,
  limitMs = 5_000,
): Promise<T> {
  const until = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (satisfied(answer)) return answer
    if (performance.now() > until)
      throw new Error(`not within ${limitMs} ms; last: ${JSON.stringify(answer)?.slice(0, 1_500)}`)
    await new Promise((done) => setTimeout(done, 40))
  }
}
