/** Where staff work, as PractitionerRole: what the treatment relation by ward is read from. */
import { Operator, type SearchRequest } from '@medplum/core'
import type { Location, PractitionerRole } from '@medplum/fhirtypes'
import type { Identity } from '../../identity/index.ts'
import type { RecordRepository } from '../../record/index.ts'
import type { StaffWards, WardView } from '../contract.ts'
import { problems } from '../problems.ts'

export interface Wards {
  all(): Promise<readonly WardView[]>
  of(person: string): Promise<StaffWards>
  set(person: string, wards: StaffWards['wards']): Promise<StaffWards>
}

/** HL7 location-physical-type: site, building, wing, ward, level, area, house. */
const units = new Set(['si', 'bu', 'wi', 'wa', 'lvl', 'area'])
const most = 500

export function createWards(deps: {
  readonly identity: Pick<Identity, 'findPerson'>
  readonly repository: RecordRepository
}): Wards {
  const { identity, repository } = deps

  async function practitionerOf(person: string): Promise<string> {
    const found = await identity.findPerson(person)
    const treats = found?.roles.some((role) => role === 'nurse' || role === 'physician')
    if (!found || !treats) throw problems.unknownPerson()
    return found.fhirUser
  }
  const rolesOf = (practitioner: string): Promise<PractitionerRole[]> =>
    repository.searchResources<PractitionerRole>({
      resourceType: 'PractitionerRole',
      count: most,
      filters: [
        { code: 'practitioner', operator: Operator.EQUALS, value: practitioner },
        { code: 'active', operator: Operator.EQUALS, value: 'true' },
      ],
    } as SearchRequest<PractitionerRole>)
  const wardsOf = (roles: readonly PractitionerRole[]): StaffWards => {
    if (roles.some(({ location }) => !location || location.length === 0)) return { wards: 'all' }
    const ids = roles.flatMap(({ location }) =>
      (location ?? []).flatMap(({ reference }) => reference?.split('/')[1] ?? []),
    )
    return { wards: [...new Set(ids)] }
  }
  const all = async (): Promise<readonly WardView[]> => {
    const found = await repository.searchResources<Location>({ resourceType: 'Location', count: most })
    return found
      .filter(({ physicalType }) => physicalType?.coding?.some(({ code }) => units.has(code ?? '')))
      .map(({ id, name }) => ({ id, name: name ?? id }))
      .sort((a, b) => a.name.localeCompare(b.name))
  }
  return {
    all,
    of: async (person) => wardsOf(await rolesOf(await practitionerOf(person))),
    async set(person, wards) {
      const practitioner = await practitionerOf(person)
      const known = new Set((await all()).map(({ id }) => id))
      const strange = wards === 'all' ? undefined : wards.find((id) => !known.has(id))
      if (strange !== undefined)
        throw problems.invalid(`wards: ${strange} is no ward; GET /api/wards lists them`, 'wards')
      await repository.withTransaction(async (tx) => {
        // One role is kept and changed, so that its history tells who worked where; others end.
        const [first, ...others] = await rolesOf(practitioner)
        for (const role of others) await tx.updateResource({ ...role, active: false })
        const { location: _, ...kept } = first ?? {
          resourceType: 'PractitionerRole' as const,
          practitioner: { reference: practitioner },
        }
        const location = wards === 'all' ? undefined : wards.map((id) => ({ reference: `Location/${id}` }))
        const active = wards === 'all' || wards.length > 0
        const role: PractitionerRole = { ...kept, active, ...(location?.length ? { location } : {}) }
        await (first ? tx.updateResource(role) : tx.createResource(role))
      })
      return { wards }
    },
  }
}
