import type { SearchRequest, WithId } from '@medplum/core'
import type { AuditEvent } from '@medplum/fhirtypes'
import type { RecordAccess, ResourceFace } from '../../record/model.ts'
import type { AuditReader } from '../reader.ts'
import { type AuditRow, parseAuditId } from '../row.ts'
import { seenFor } from '../seen.ts'
import { type AuditQuery, compileAuditSearch } from './compile.ts'
import { drawAuditEvent, type Names } from './draw.ts'

export interface AuditFaceDeps {
  readonly audit: AuditReader
  readonly namesOf: (references: readonly string[]) => Promise<Names>
}

export const referencesIn = (rows: readonly AuditRow[]): string[] => [
  ...new Set(
    rows.flatMap(({ actor, app, patients }) => [
      ...(actor === undefined ? [] : [actor]),
      ...(app === undefined ? [] : [`ClientApplication/${app}`]),
      ...patients.map((id) => `Patient/${id}`),
    ]),
  ),
]

/** The audit as AuditEvents: all of it for whose role reads it, their own for a patient. */
export function auditFace({ audit, namesOf }: AuditFaceDeps): ResourceFace {
  const drawn = async (rows: readonly AuditRow[], access: RecordAccess): Promise<WithId<AuditEvent>[]> => {
    const { patients: own } = access
    const seen = own === 'all' ? rows : rows.map((row) => seenFor(row, own))
    const names = await namesOf(referencesIn(seen))
    return seen.map((row) => drawAuditEvent(row, names))
  }

  async function read(id: string, access: RecordAccess): Promise<WithId<AuditEvent> | undefined> {
    const key = parseAuditId(id)
    const bound = key && access.allows('AuditEvent', 'read') ? within({ ids: [key] }, access) : undefined
    if (!bound) return undefined
    const [one] = await drawn(await audit.find(bound, { ascending: false, skip: 0, limit: 1 }), access)
    return one
  }

  const compiled = (request: SearchRequest, access: RecordAccess): AuditQuery | undefined => {
    const query = access.allows('AuditEvent', 'search') ? compileAuditSearch(request) : undefined
    const filter = query && within(query.filter, access)
    return filter && { ...query, filter }
  }

  return {
    resourceType: 'AuditEvent',
    owns: (id) => parseAuditId(id) !== undefined,
    read,
    async history(id, access) {
      const one = await read(id, access)
      return one ? [one] : []
    },
    async search(request, access, page) {
      const query = compiled(request, access)
      if (!query) return { resources: [] }
      const rows = await audit.find(query.filter, { ...page, ascending: query.ascending })
      return { resources: await drawn(rows, access) }
    },
    async count(request, access) {
      const query = compiled(request, access)
      return query ? audit.count(query.filter) : 0
    },
  }
}

/** A caller bound to patients sees what concerns them; undefined where that is nothing. */
function within(
  filter: AuditQuery['filter'],
  { patients: own }: RecordAccess,
): AuditQuery['filter'] | undefined {
  if (own === 'all') return filter
  const patients = filter.patients ? filter.patients.filter((patient) => own.includes(patient)) : own
  // By what else was looked at, and by network address, they would learn of others in the same entry.
  if (patients.length === 0 || filter.what || filter.addresses) return undefined
  return { ...filter, patients }
}
