/** What a handler says of its answer while it makes it; the audit's hook reads it before the answer goes out. */
import type { AuditEntry } from '../model.ts'

export interface Given {
  readonly patients: readonly string[]
  /** References; absent: the path pattern. */
  readonly what?: readonly string[]
  readonly kind?: AuditEntry['kind']
  readonly action?: AuditEntry['action']
  readonly outcome?: AuditEntry['outcome']
  /** Absent: the query of the URL. */
  readonly query?: string
}

export interface Disclosure {
  /** Undefined: the handler said nothing, so what its path says is taken. */
  given: Given[] | undefined
  /** Who it turned out to be, where nobody was signed in before: a sign-in. */
  actor: string | undefined
  reason: string | undefined
}

const disclosures = new WeakMap<object, Disclosure>()

export function disclosureOf(request: object): Disclosure {
  const known = disclosures.get(request)
  if (known) return known
  const fresh: Disclosure = { given: undefined, actor: undefined, reason: undefined }
  disclosures.set(request, fresh)
  return fresh
}

/** Whose data an answer holds; once for each kind of thing it holds. */
export function gave(request: object, ...given: readonly Given[]): void {
  const disclosure = disclosureOf(request)
  disclosure.given = [...(disclosure.given ?? []), ...given]
}

/** The answer holds nothing of a patient, or its entry was written with what it reports. */
export const gaveNothing = (request: object): void => gave(request)

export function actedAs(request: object, actor: string): void {
  disclosureOf(request).actor = actor
}
