/** What became of the one-time link. `refused` carries the server's own sentence about what was given. */
export type Accepted =
  | { readonly outcome: 'made' }
  | { readonly outcome: 'spent' }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'failed' }

export interface FirstAdministrator {
  readonly name: string
  readonly email: string
  readonly password: string
}

export async function acceptWelcome(token: string, person: FirstAdministrator): Promise<Accepted> {
  try {
    const response = await fetch(`/api/welcome/${encodeURIComponent(token)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(person),
    })
    if (response.ok) return { outcome: 'made' }
    if (response.status === 404) return { outcome: 'spent' }
    if (response.status >= 500) return { outcome: 'failed' }
    const body = (await response.json()) as { issue?: readonly { diagnostics?: string }[] }
    return { outcome: 'refused', reason: body.issue?.[0]?.diagnostics ?? response.statusText }
  } catch {
    return { outcome: 'failed' }
  }
}
