/**
 * Who is signed in. The access token lives in memory only; the refresh token in this tab's session storage, and it
 * changes with every renewal. Everything that needs a token asks here and waits for the same single renewal.
 */
import type { Me } from '../../../src/identity/contract.ts'
import { localNowMs } from '../clock.ts'
import { challengeOf, randomText } from './pkce.ts'

export type SessionState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'signed-out' }
  | { readonly phase: 'unreachable' }
  | { readonly phase: 'signed-in'; readonly me: Me }

interface TokenAnswer {
  readonly access_token: string
  readonly expires_in: number
  readonly refresh_token?: string
}

const clientId = 'vitalwire-web'
const scope = 'openid profile fhirUser offline_access'
const refreshKey = 'vitalwire.refresh'
const pendingKey = 'vitalwire.sign-in'
const renewAheadMs = 60_000

let state: SessionState = { phase: 'starting' }
let access: { readonly token: string; readonly expiresAtMs: number } | undefined
let renewal: Promise<boolean> | undefined
let renewalTimer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function change(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

const redirectUri = (): string => `${location.origin}/signed-in`

function keep(answer: TokenAnswer): void {
  access = { token: answer.access_token, expiresAtMs: localNowMs() + answer.expires_in * 1_000 }
  if (answer.refresh_token) sessionStorage.setItem(refreshKey, answer.refresh_token)
  clearTimeout(renewalTimer)
  const waitMs = Math.max(5_000, answer.expires_in * 1_000 - renewAheadMs)
  renewalTimer = setTimeout(() => void session.renew(), waitMs)
}

/** Answers the HTTP status; 0 where the server could not be reached. */
async function exchange(parameters: Record<string, string>): Promise<number> {
  try {
    const response = await fetch('/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, ...parameters }),
    })
    if (response.ok) keep((await response.json()) as TokenAnswer)
    return response.status
  } catch {
    return 0
  }
}

async function loadMe(): Promise<void> {
  try {
    const response = await fetch('/api/me', { headers: { authorization: `Bearer ${access?.token ?? ''}` } })
    change(response.ok ? { phase: 'signed-in', me: (await response.json()) as Me } : { phase: 'signed-out' })
  } catch {
    change({ phase: 'unreachable' })
  }
}

async function renewOnce(): Promise<boolean> {
  const refreshToken = sessionStorage.getItem(refreshKey)
  if (refreshToken === null) return false
  const status = await exchange({ grant_type: 'refresh_token', refresh_token: refreshToken })
  if (status >= 400 && status < 500) session.ended()
  return status === 200
}

export const session = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  state: (): SessionState => state,

  /** Once, when the page opens: takes up this tab's session again where there is one. */
  async start(): Promise<void> {
    if (sessionStorage.getItem(refreshKey) === null) return change({ phase: 'signed-out' })
    if (await session.renew()) return loadMe()
    change(sessionStorage.getItem(refreshKey) === null ? { phase: 'signed-out' } : { phase: 'unreachable' })
  },

  async accessToken(): Promise<string | undefined> {
    if (access && access.expiresAtMs - localNowMs() > 5_000) return access.token
    await session.renew()
    return access?.token
  },

  renew(): Promise<boolean> {
    renewal ??= renewOnce().finally(() => {
      renewal = undefined
    })
    return renewal
  },

  /** The server no longer knows this session. */
  ended(): void {
    access = undefined
    clearTimeout(renewalTimer)
    sessionStorage.removeItem(refreshKey)
    change({ phase: 'signed-out' })
  },

  /** Leaves the app for the provider, which brings the browser to the sign-in page or straight back. */
  async signIn(returnTo: string): Promise<void> {
    const verifier = randomText()
    const nonce = randomText()
    sessionStorage.setItem(pendingKey, JSON.stringify({ verifier, nonce, returnTo }))
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: redirectUri(),
      scope,
      state: nonce,
      code_challenge: await challengeOf(verifier),
      code_challenge_method: 'S256',
    })
    location.assign(`/oauth/auth?${query}`)
  },

  /** On the way back: changes the code for tokens. Answers where the person wanted to go; undefined where it failed. */
  async complete(answer: URLSearchParams): Promise<string | undefined> {
    const kept = sessionStorage.getItem(pendingKey)
    sessionStorage.removeItem(pendingKey)
    const code = answer.get('code')
    if (kept === null || code === null) return undefined
    const pending = JSON.parse(kept) as { verifier: string; nonce: string; returnTo: string }
    if (answer.get('state') !== pending.nonce) return undefined
    const status = await exchange({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri(),
      code_verifier: pending.verifier,
    })
    if (status !== 200) return undefined
    await loadMe()
    return pending.returnTo
  },

  async signOut(): Promise<void> {
    const token = access?.token
    try {
      await fetch('/api/sign-out', {
        method: 'POST',
        headers: token ? { authorization: `Bearer ${token}` } : {},
      })
    } catch {
      // Unreachable: this tab forgets its tokens all the same.
    }
    session.ended()
  },
}
