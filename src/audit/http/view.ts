import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { AuditView } from '../contract.ts'
import { type AuditRow, auditId } from '../row.ts'

export interface NamedPerson {
  readonly name: string
  readonly roles: readonly string[]
}
/** By reference. */
export type People = ReadonlyMap<string, NamedPerson>

export function viewOf(row: AuditRow, people: People): AuditView {
  const { kind, action, outcome, actor, app, purpose, patients, what, query, address, reason } = row
  const person = actor === undefined ? undefined : people.get(actor)
  return {
    id: auditId(row),
    at: isoFromMicros(row.atUs as Micros),
    ...{ kind, action, outcome, purpose, what },
    who:
      actor === undefined
        ? null
        : { reference: actor, name: person?.name ?? actor, roles: person?.roles ?? [] },
    app: app === undefined ? null : (people.get(`ClientApplication/${app}`)?.name ?? app),
    patients: patients.map((id) => ({ id, name: people.get(`Patient/${id}`)?.name ?? id })),
    query: query ?? null,
    address: address ?? null,
    reason: reason ?? null,
  }
}
