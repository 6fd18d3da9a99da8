/** How the command line reaches the running server: its note in the home, the demo's credentials, or given ones. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import { readRuntime } from '../../platform/runtime.ts'
import type { DemoCredentials } from '../demo/credentials.ts'

export interface DeviceConnection {
  readonly url: string
  readonly device: string
  readonly username: string
  readonly password: string
  readonly api: Api
}

interface Api {
  readonly url: string
  readonly token: string
}

async function demoCredentials(home: string): Promise<DemoCredentials | undefined> {
  try {
    return JSON.parse(await readFile(join(home, 'demo.json'), 'utf8')) as DemoCredentials
  } catch {
    return undefined
  }
}

async function signIn(url: string, id: string, secret: string): Promise<string> {
  const answer = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'system/*.cruds' }),
  })
  if (!answer.ok) throw new Error(`the server refused the client ${id} (${answer.status})`)
  return ((await answer.json()) as { access_token: string }).access_token
}

async function call<T>(api: Api, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${api.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const parsed =
    text === ''
      ? undefined
      : (JSON.parse(text) as { issue?: { diagnostics?: string; details?: { text?: string } }[] })
  if (!answer.ok) {
    const issue = parsed?.issue?.[0]
    throw new Error(issue?.details?.text ?? issue?.diagnostics ?? `${method} ${path}: ${answer.status}`)
  }
  return parsed as T
}

/** @throws Error saying what is missing: a running server, a credential, the patient. */
export async function connectionFor(
  home: string,
  patient: string,
  device: string | undefined,
  from: Micros,
): Promise<DeviceConnection> {
  const runtime = await readRuntime(home)
  if (!runtime) throw new Error(`no server runs in ${home}; start one with npm start (or set VITALWIRE_HOME)`)
  const demo = await demoCredentials(home)
  const client = {
    id: process.env['VITALWIRE_CLIENT_ID'] ?? demo?.clients.find((c) => c.scope === 'system/*.cruds')?.id,
    secret:
      process.env['VITALWIRE_CLIENT_SECRET'] ??
      demo?.clients.find((c) => c.scope === 'system/*.cruds')?.secret,
  }
  if (!client.id || !client.secret) {
    throw new Error('set VITALWIRE_CLIENT_ID and VITALWIRE_CLIENT_SECRET to a client that may manage devices')
  }
  const api = { url: runtime.url, token: await signIn(runtime.url, client.id, client.secret) }
  const url = `mqtt://127.0.0.1:${runtime.mqttPort}`
  const known = demo?.devices.find((d) =>
    device ? d.id === device : d.profile === 'vitalwire/senml' && d.patient === patient,
  )
  if (known && (!device || known.patient === patient)) return { url, device: known.id, ...known.mqtt, api }
  await call(api, 'GET', `/fhir/R4/Patient/${encodeURIComponent(patient)}`)
  const made = await call<{ device: { id: string }; credential: { username: string; password: string } }>(
    api,
    'POST',
    '/api/devices',
    {
      name: 'Replayed recording',
      profile: 'vitalwire/senml',
      simulated: true,
    },
  )
  await call(api, 'POST', `/api/devices/${made.device.id}/associate`, { patient, from: isoFromMicros(from) })
  return { url, device: made.device.id, ...made.credential, api }
}

/** What the gateway quarantined of this device since then, and why. */
export async function quarantinedSince(
  { api, device }: DeviceConnection,
  since: Micros,
): Promise<{ count: number; reasons: readonly string[] }> {
  const rows = await call<{ receivedAt: string; reason: string }[]>(
    api,
    'GET',
    `/quarantine?device=${encodeURIComponent(device)}&limit=1000`,
  )
  const recent = rows.filter((row) => Date.parse(row.receivedAt) * 1_000 >= since)
  return { count: recent.length, reasons: [...new Set(recent.map((row) => row.reason))].slice(0, 10) }
}
