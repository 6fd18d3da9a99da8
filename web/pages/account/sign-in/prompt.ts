import type { SignInAnswer, SignInPrompt } from '../../../../src/identity/contract.ts'

/** What this sign-in is for. Unknown or expired: null, and the form says so when it is sent. */
export async function fetchPrompt(uid: string): Promise<SignInPrompt | null> {
  try {
    const response = await fetch(`/api/sign-in/${encodeURIComponent(uid)}`, {
      headers: { accept: 'application/json' },
    })
    return response.ok ? ((await response.json()) as SignInPrompt) : null
  } catch {
    return null
  }
}

/** Answers where to go with the whole page; undefined where it did not work. */
export async function answerConsent(uid: string, allow: boolean): Promise<string | undefined> {
  try {
    const response = await fetch(`/api/sign-in/${encodeURIComponent(uid)}/consent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ allow }),
    })
    return response.ok ? ((await response.json()) as SignInAnswer).redirectTo : undefined
  } catch {
    return undefined
  }
}
