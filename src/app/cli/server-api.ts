/** The running server as the command line calls it: its note in the home, a client's credential, its HTTP API. */
import { type Runtime, readRuntime } from '../../platform/runtime.ts'
import { readDemoCredentials } from '../demo/credentials.ts'

export interface ServerApi {
  readonly runtime: Runtime
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  /** The answer as a stream. */
  download(path: string): Promise<ReadableStream<Uint8Array>>
  upload<T>(path: string, contentType: string, body: ReadableStream<Uint8Array>): Promise<T>
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

interface Content {
  readonly type: string
  readonly body: string | ReadableStream<Uint8Array>
}

/** @throws Error in the server's words where it refuses */
async function send(
  url: string,
  token: string,
  method: string,
  path: string,
  content?: Content,
): Promise<Response> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(content === undefined ? {} : { 'content-type': content.type }),
    },
    ...(content === undefined ? {} : { body: content.body, duplex: 'half' }),
  })
  if (answer.ok) return answer
  const text = await answer.text()
  const issue = (text === '' ? undefined : (JSON.parse(text) as Outcome))?.issue?.[0]
  throw new Error(issue?.details?.text ?? issue?.diagnostics ?? `${method} ${path}: ${answer.status}`)
}

async function parsed<T>(answer: Response): Promise<T> {
  const text = await answer.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
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
  const ask = (method: string, path: string, content?: Content) =>
    send(runtime.url, token, method, path, content)
  return {
    runtime,
    get: async (path) => parsed(await ask('GET', path)),
    post: async (path, body) =>
      parsed(await ask('POST', path, { type: 'application/json', body: JSON.stringify(body ?? {}) })),
    download: async (path) => (await ask('GET', path)).body!,
    upload: async (path, type, body) => parsed(await ask('POST', path, { type, body })),
  }
}
