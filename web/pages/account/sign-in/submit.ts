/** What the sign-in page sends, and what became of it. */
export type Trouble = 'wrong' | 'locked' | 'failed' | 'expired'

const troubles: Readonly<Record<number, Trouble>> = {
  401: 'wrong',
  404: 'expired',
  410: 'expired',
  429: 'locked',
}

/** Leaves the page where it worked; otherwise says what the trouble is. */
export async function submit(uid: string, given: object, step = ''): Promise<Trouble | undefined> {
  try {
    const response = await fetch(`/api/sign-in/${encodeURIComponent(uid)}${step}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(given),
    })
    if (!response.ok) return troubles[response.status] ?? 'failed'
    const { redirectTo } = (await response.json()) as { redirectTo: string }
    location.assign(redirectTo)
    return undefined
  } catch {
    return 'failed'
  }
}

/** In this browser someone signed in with a code before: the field is there at once. */
const codeKey = 'vitalwire.sign-in-code'
export const usesCode = (): boolean => localStorage.getItem(codeKey) !== null
export function rememberCode(used: boolean): void {
  if (used) localStorage.setItem(codeKey, '1')
  else localStorage.removeItem(codeKey)
}
