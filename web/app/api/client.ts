/** The one place that speaks HTTP to the server and adds who is asking. */
import { alignClock } from '../clock.ts'
import { confirmation } from '../session/confirmation.ts'
import { session } from '../session/session.ts'

export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0: the server could not be reached. */
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

interface Refusal {
  /** Our stable code; undefined where something in between answered. */
  readonly code: string | undefined
  readonly text: string
}

interface OutcomeIssue {
  readonly diagnostics?: string
  readonly details?: { readonly text?: string; readonly coding?: readonly { readonly code?: string }[] }
}

/** Servers answer a refusal as an OperationOutcome; its first text is written for people. */
async function refusalOf(response: Response): Promise<Refusal> {
  try {
    const body = (await response.json()) as { issue?: readonly OutcomeIssue[] }
    const issue = body.issue?.[0]
    const text = issue?.details?.text ?? issue?.diagnostics ?? response.statusText
    return { code: issue?.details?.coding?.[0]?.code, text }
  } catch {
    return { code: undefined, text: response.statusText }
  }
}

/** What was done already to get past a 401; each is done once. */
interface Tried {
  readonly renewal?: boolean
  readonly confirmation?: boolean
}

async function request(path: string, init: RequestInit): Promise<Response> {
  const token = await session.accessToken()
  const headers = new Headers(init.headers)
  headers.set('accept', 'application/json, application/fhir+json')
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  try {
    return await fetch(path, { ...init, headers })
  } catch {
    throw new ApiError(0, 'unreachable')
  }
}

async function send(path: string, init: RequestInit, tried: Tried = {}): Promise<Response> {
  const response = await request(path, init)
  if (response.ok) return response
  const { code, text } = await refusalOf(response)
  if (code === 'sign-in-not-recent') {
    if (!tried.confirmation && (await confirmation.ask())) {
      return send(path, init, { ...tried, confirmation: true })
    }
  } else if (response.status === 401) {
    if (!tried.renewal) {
      await session.renew()
      return send(path, init, { ...tried, renewal: true })
    }
    session.ended()
  }
  throw new ApiError(response.status, text)
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, signal ? { signal } : {})
  const body = (await response.json()) as T
  const serverTime = (body as { serverTime?: unknown } | null)?.serverTime
  if (typeof serverTime === 'string') alignClock(serverTime)
  return body
}

/** A file as it is sent. */
export const getText = async (path: string): Promise<string> => (await send(path, {})).text()

async function sendJson(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const init: RequestInit =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await send(path, init)
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

export const postJson = (path: string, body?: unknown): Promise<unknown> => sendJson('POST', path, body)
export const putJson = (path: string, body: unknown): Promise<unknown> => sendJson('PUT', path, body)
export const patchJson = (path: string, body: unknown): Promise<unknown> => sendJson('PATCH', path, body)
export const deleteAt = (path: string): Promise<unknown> => sendJson('DELETE', path)
