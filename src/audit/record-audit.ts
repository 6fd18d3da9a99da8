/** What the record tells of itself, as entries: answers of its interface, and versions in the transaction that writes them. */
import type { RecordAccess, RecordGiven, VersionListener } from '../record/model.ts'
import type { Given } from './http/disclosure.ts'
import type { Who } from './http/entries.ts'
import type { AuditAction, AuditKind, AuditWriter } from './model.ts'

export interface RequestContext {
  readonly who: Who
  readonly address: string
  readonly requestId: string
}

export interface RecordAudit {
  /** Says from which request this access acts; without it an entry has the actor alone. */
  actsFor<Access extends RecordAccess>(access: Access, context: RequestContext): Access
  readonly onVersions: VersionListener
}

const kinds: Readonly<Record<RecordGiven['interaction'], readonly [AuditKind, AuditAction]>> = {
  ...{ read: ['read', 'R'], history: ['history', 'R'], search: ['search', 'E'] },
  ...{ operation: ['read', 'E'], update: ['write', 'U'] },
}

export const givenOf = ({ interaction, patients, what, query, refused }: RecordGiven): Given => {
  const [kind, action] = kinds[interaction]
  return {
    ...{ kind, action, patients, what, outcome: refused ? 'refused' : 'done' },
    ...(query === undefined ? { query: '' } : { query }),
  }
}

const actions = { create: 'C', update: 'U', delete: 'D' } as const

export function createRecordAudit(audit: AuditWriter): RecordAudit {
  const contexts = new WeakMap<RecordAccess, RequestContext>()
  return {
    actsFor(access, context) {
      contexts.set(access, context)
      return access
    },
    async onVersions(tx, versions, access) {
      const context = contexts.get(access)
      const entries = versions.map(({ resourceType, id, version, interaction, patients }) => ({
        kind: resourceType === 'Consent' ? ('consent' as const) : ('write' as const),
        action: actions[interaction],
        outcome: 'done' as const,
        actor: access.actor,
        app: context?.who.app,
        purpose: context?.who.purposeFor?.(patients) ?? context?.who.purpose ?? access.purpose,
        patients,
        what: [`${resourceType}/${id}/_history/${version}`],
        address: context?.address,
        requestId: context?.requestId,
      }))
      await audit.writeIn(tx, entries)
    },
  }
}
