/** Sends a fresh proof of who acts, and says what the trouble is, if any. */
import { PasskeyStopped, signByPasskey } from './passkey.ts'
import { session } from './session.ts'

export type Trouble = 'wrong' | 'locked' | 'failed'

const path = '/api/account/confirm'

async function post(to: string, body: object): Promise<Response> {
  const token = await session.accessToken()
  return fetch(to, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` },
    body: JSON.stringify(body),
  })
}

export async function confirm(proof: object): Promise<Trouble | undefined> {
  try {
    const response = await post(path, proof)
    if (response.ok) return undefined
    if (response.status === 429) return 'locked'
    return response.status === 403 ? 'wrong' : 'failed'
  } catch {
    return 'failed'
  }
}

export async function confirmByPasskey(): Promise<Trouble | undefined> {
  try {
    const asked = await post(`${path}/passkey-options`, {})
    if (!asked.ok) return 'failed'
    return confirm({ passkey: await signByPasskey(await asked.json()) })
  } catch (error) {
    return error instanceof PasskeyStopped ? 'wrong' : 'failed'
  }
}
