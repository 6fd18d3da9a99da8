/** Whom a decision can be about: staff, apps, professions, family; and everyone whose view a decision may change. */
import { Operator } from '@medplum/core'
import type { RelatedPerson } from '@medplum/fhirtypes'
import type { Actor, Identity } from '../../identity/index.ts'
import type { RecordRepository } from '../../record/index.ts'
import { nameOf } from '../break-glass/find-patient.ts'
import type { PartyView } from '../contract.ts'

export interface Parties {
  of(patient: string): Promise<readonly PartyView[]>
  everyone(): Promise<readonly { readonly name: string; readonly actor: Actor }[]>
}

export function createParties(deps: {
  readonly identity: Pick<Identity, 'listPeople' | 'listClients'>
  readonly repository: RecordRepository
}): Parties {
  const { identity, repository } = deps
  const staff = async () =>
    (await identity.listPeople()).filter(
      ({ disabled, roles }) =>
        !disabled && roles.some((role) => role === 'nurse' || role === 'physician' || role === 'privacy'),
    )
  const apps = async () => (await identity.listClients()).filter(({ disabled }) => !disabled)
  return {
    async of(patient) {
      const family = await repository.searchResources<RelatedPerson>({
        resourceType: 'RelatedPerson',
        count: 50,
        filters: [{ code: 'patient', operator: Operator.EQUALS, value: `Patient/${patient}` }],
      })
      const people = (await staff()).filter(({ roles }) => !roles.includes('privacy'))
      return [
        ...people.map(
          ({ fhirUser, name, roles }): PartyView => ({
            id: fhirUser,
            name,
            kind: 'person',
            role: roles.includes('physician') ? 'physician' : 'nurse',
          }),
        ),
        ...(['nurse', 'physician'] as const).map(
          (role): PartyView => ({ id: role, name: role, kind: 'role', role }),
        ),
        ...(await apps()).map(({ id, name }): PartyView => ({ id, name, kind: 'app', role: null })),
        { id: 'proxy', name: 'proxy', kind: 'family', role: null },
        ...family.map(
          ({ id, name }): PartyView => ({
            id: `RelatedPerson/${id}`,
            name: nameOf({ ...(name ? { name } : {}) }),
            kind: 'family',
            role: null,
          }),
        ),
      ]
    },

    async everyone() {
      const people = (await staff()).map(({ id, name, roles, fhirUser }) => ({
        name,
        actor: { kind: 'person', id, name, roles, fhirUser, scopes: [] } as Actor,
      }))
      // Only apps on their own: one that acts for a person sees no more than the person.
      const systems = (await apps())
        .filter(({ redirectUris }) => redirectUris.length === 0)
        .map(({ id, name, scopes, purpose }) => ({
          name,
          actor: { kind: 'app', id, scopes, purpose } as Actor,
        }))
      return [...people, ...systems]
    },
  }
}
