/** The running server as the command line calls it: its note in the home, a client's credential, its HTTP API. */
import { type Runtime, readRuntime } from '../../platform/runtime.ts'
import { readDemoCredentials } from '../demo/credentials.ts'

export interface ServerApi {
  readonly runtime: Runtime
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
}

/** A backend client that may manage devices; from the settings, else the demo's. */
export interface ClientCredential {
  readonly id: string | undefined
  readonly secret: string | undefined
}

const scope = 'system/*.cruds'

async function signIn(url: string, id: string, secret: string): Promise<string> {
  const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')
  const answer = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  })
  if (!answer.ok) throw new Error(`the server refused the client ${id} (${answer.status})`)
  return ((await answer.json()) as { access_token: string }).access_token
}

interface Outcome {
  readonly issue?: readonly { readonly diagnostics?: string; readonly details?: { readonly text?: string } }[]
}

async function call<T>(url: string, token: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const parsed: unknown = text === '' ? undefined : JSON.parse(text)
  if (answer.ok) return parsed as T
  const issue = (parsed as Outcome | undefined)?.issue?.[0]
  throw new Error(issue?.details?.text ?? issue?.diagnostics ?? `${method} ${path}: ${answer.status}`)
}

/** @throws Error saying what is missing: a running server, a credential */
export async function openServerApi(home: string, given: ClientCredential): Promise<ServerApi> {
  const runtime = await readRuntime(home)
  if (!runtime) throw new Error(`no server runs in ${home}; start one with npm start (or set VITALWIRE_HOME)`)
  const demo = (await readDemoCredentials(home))?.clients.find((client) => client.scope === scope)
  const id = given.id ?? demo?.id
  const secret = given.secret ?? demo?.secret
  if (!id || !secret) {
    throw new Error('set VITALWIRE_CLIENT_ID and VITALWIRE_CLIENT_SECRET to a client that may manage devices')
  }
  const token = await signIn(runtime.url, id, secret)
  return {
    runtime,
    get: (path) => call(runtime.url, token, 'GET', path),
    post: (path, body) => call(runtime.url, token, 'POST', path, body ?? {}),
  }
}
