/**
 * Installations from before there were treatment relations have staff without a PractitionerRole, who would see nobody from
 * now on. They get a role for the whole house, which is what they had; an administrator narrows it to wards.
 */
import type { PractitionerRole } from '@medplum/fhirtypes'
import type { Identity } from '../identity/index.ts'
import type { Log } from '../platform/log.ts'
import type { RecordRepository } from '../record/index.ts'

export async function giveFormerStaffTheHouse(deps: {
  readonly identity: Pick<Identity, 'listPeople'>
  readonly repository: RecordRepository
  readonly log: Log
}): Promise<void> {
  const { identity, repository, log } = deps
  const roles = await repository.searchResources({ resourceType: 'PractitionerRole', count: 1 })
  if (roles.length > 0) return
  const staff = (await identity.listPeople()).filter(({ roles: own }) =>
    own.some((role) => role === 'nurse' || role === 'physician'),
  )
  for (const { fhirUser } of staff) {
    const role: PractitionerRole = {
      resourceType: 'PractitionerRole',
      active: true,
      practitioner: { reference: fhirUser },
    }
    await repository.createResource(role)
  }
  if (staff.length > 0)
    log.warn({ people: staff.length }, 'staff accounts from before see the whole house; give them wards')
}
