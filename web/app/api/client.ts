/** The one place that speaks HTTP to the server and adds who is asking. */
import { alignClock } from '../clock.ts'
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

/** Servers answer a refusal as an OperationOutcome; its first text is written for people. */
async function refusalText(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json()
    const issue = (body as { issue?: readonly { diagnostics?: string; details?: { text?: string } }[] })
      .issue?.[0]
    return issue?.details?.text ?? issue?.diagnostics ?? response.statusText
  } catch {
    return response.statusText
  }
}

async function send(path: string, init: RequestInit, renewed: boolean): Promise<Response> {
  const token = await session.accessToken()
  const headers = new Headers(init.headers)
  headers.set('accept', 'application/json, application/fhir+json')
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  let response: Response
  try {
    response = await fetch(path, { ...init, headers })
  } catch {
    throw new ApiError(0, 'unreachable')
  }
  if (response.status === 401 && !renewed) {
    await session.renew()
    return send(path, init, true)
  }
  if (response.status === 401) session.ended()
  if (!response.ok) throw new ApiError(response.status, await refusalText(response))
  return response
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, signal ? { signal } : {}, false)
  const body = (await response.json()) as T
  const serverTime = (body as { serverTime?: unknown } | null)?.serverTime
  if (typeof serverTime === 'string') alignClock(serverTime)
  return body
}

async function sendJson(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
  const init: RequestInit =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await send(path, init, false)
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

export const postJson = (path: string, body?: unknown): Promise<unknown> => sendJson('POST', path, body)
export const patchJson = (path: string, body: unknown): Promise<unknown> => sendJson('PATCH', path, body)
export const deleteAt = (path: string): Promise<unknown> => sendJson('DELETE', path)
