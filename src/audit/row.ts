/** An entry as it is kept, its id, and the text of it that the ledger commits to. */
import type { AuditEntry } from './model.ts'

export interface AuditRow extends AuditEntry {
  /** µs since 1970; with `nonce` the row's key and its place in the order. */
  readonly atUs: number
  /** 31 random bits: several entries may be of one microsecond, in several processes. */
  readonly nonce: number
}

export type AuditKey = Pick<AuditRow, 'atUs' | 'nonce'>

/** `a-<time>-<nonce>`, both in base 36: an id finds its row by the key of the table. */
export const auditId = ({ atUs, nonce }: AuditKey): string => `a-${atUs.toString(36)}-${nonce.toString(36)}`

const pattern = /^a-(0|[1-9a-z][0-9a-z]{0,10})-(0|[1-9a-z][0-9a-z]{0,5})$/
const mostNonce = 2 ** 31 - 1

export function parseAuditId(id: string): AuditKey | undefined {
  const match = pattern.exec(id)
  if (!match) return undefined
  const key = { atUs: Number.parseInt(match[1]!, 36), nonce: Number.parseInt(match[2]!, 36) }
  return Number.isSafeInteger(key.atUs) && key.nonce <= mostNonce ? key : undefined
}

const longestText = 4_000
const mostNamed = 200

/** PostgreSQL's text holds no NUL and no half of a surrogate pair. */
const kept = (text: string): string =>
  text.replaceAll('\0', '').toWellFormed().slice(0, longestText).toWellFormed()
const keptOr = (text: string | undefined): string | undefined => (text === undefined ? undefined : kept(text))

/** A secret that somebody put into an address by mistake is not kept in the trail of it. */
const secretParameter = /((?:^|&)[^=&]*(?:token|secret|password|assertion|code_verifier)[^=&]*=)[^&]*/gi
const withoutSecrets = (query: string | undefined): string | undefined =>
  query?.replace(secretParameter, '$1…')

/** Exactly what is stored, so that the text of a row read back is the text that was committed to. */
export const rowOf = (entry: AuditEntry, key: AuditKey): AuditRow => ({
  ...entry,
  ...key,
  actor: keptOr(entry.actor),
  app: keptOr(entry.app),
  patients: [...new Set(entry.patients.map(kept))].sort(),
  what: entry.what.slice(0, mostNamed).map(kept),
  query: keptOr(withoutSecrets(entry.query)),
  address: keptOr(entry.address),
  requestId: keptOr(entry.requestId),
  reason: keptOr(entry.reason),
})

/** Canonical JSON (RFC 8785): keys in order, nothing for what is absent. */
export function contentOf(row: AuditRow): string {
  const { action, actor, address, app, atUs, kind, nonce, outcome } = row
  const { patients, purpose, query, reason, requestId, what } = row
  return JSON.stringify({
    ...{ action, actor, address, app, atUs, kind, nonce, outcome },
    ...{ patients, purpose, query, reason, requestId, what },
  })
}
