/**
 * In an emergency somebody must be found whose record is closed: only by what is written on a wristband or a card, exactly,
 * and never as a list to browse. Every search is audited, also one that finds nobody.
 */
import { Operator } from '@medplum/core'
import type { Patient } from '@medplum/fhirtypes'
import type { AuditWriter } from '../../audit/model.ts'
import { mayKnow, type Permit, seesAllOf } from '../../kernel/permit.ts'
import type { RecordRepository } from '../../record/index.ts'
import type { FoundPatient } from '../contract.ts'
import type { Breaker } from './break-glass.ts'

export type EmergencyQuery =
  | { readonly family: string; readonly birthDate: string }
  | { readonly identifier: string }

export interface EmergencySearch {
  find(by: Breaker, permit: Permit, query: EmergencyQuery): Promise<readonly FoundPatient[]>
}

const most = 5

export function createEmergencySearch(deps: {
  readonly repository: RecordRepository
  readonly audit: AuditWriter
  readonly placeOf: (patient: string) => string | null
}): EmergencySearch {
  return {
    async find(by, permit, query) {
      const filters =
        'identifier' in query
          ? [{ code: 'identifier', operator: Operator.EQUALS, value: escaped(query.identifier) }]
          : [
              { code: 'family', operator: Operator.EXACT, value: escaped(query.family) },
              { code: 'birthdate', operator: Operator.EQUALS, value: query.birthDate },
            ]
      const found = await deps.repository.searchResources<Patient>({
        resourceType: 'Patient',
        count: most,
        filters,
      })
      await deps.audit.write({
        ...{ kind: 'search', action: 'E', outcome: 'done', actor: by.reference, purpose: 'BTG' },
        patients: found.map(({ id }) => id),
        what: ['/api/break-glass/find'],
        query: Object.keys(query).join('+'),
      })
      return found.map((patient) => ({
        id: patient.id,
        name: nameOf(patient),
        birthDate: patient.birthDate ?? null,
        place: deps.placeOf(patient.id),
        may: seesAllOf(permit, patient.id) ? 'all' : mayKnow(permit, patient.id) ? 'part' : 'nothing',
      }))
    },
  }
}

/** A comma, bar or dollar in a value means itself. */
const escaped = (value: string): string => value.replace(/[\\,|$]/g, '\\$&')

export function nameOf({ name }: Pick<Patient, 'name'>): string {
  const [first] = name ?? []
  if (!first) return '—'
  return first.text ?? [first.family, first.given?.join(' ')].filter(Boolean).join(', ')
}
