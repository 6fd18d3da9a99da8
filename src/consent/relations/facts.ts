/** What the record says of who treats whom, as plain facts: pure. */
import type { CareTeam, Encounter, Location, Patient, PractitionerRole, Resource } from '@medplum/fhirtypes'
import { type Micros, microsFromIso } from '../../kernel/time.ts'

export interface StayFact {
  readonly patient: string
  readonly locations: readonly string[]
  /** References of who takes part. */
  readonly people: readonly string[]
  /** Undefined while it lasts. */
  readonly endedAt: Micros | undefined
}
export interface TeamFact {
  readonly patient: string
  readonly people: readonly string[]
}
export interface RoleFact {
  readonly practitioner: string
  /** Ids of Locations; none: the whole house. */
  readonly locations: readonly string[]
  readonly organization: string | undefined
}

const idOf = (type: string, reference: string | undefined): string | undefined =>
  reference?.startsWith(`${type}/`) ? reference.slice(type.length + 1) : undefined
const present = (values: readonly (string | undefined)[]): string[] =>
  values.filter((value) => value !== undefined)

const lasting = new Set(['arrived', 'triaged', 'in-progress', 'onleave'])

export function stayOf(encounter: Encounter): StayFact | undefined {
  const patient = idOf('Patient', encounter.subject?.reference)
  const ended = encounter.status === 'finished'
  if (!patient || !(ended || lasting.has(encounter.status))) return undefined
  const end = encounter.period?.end ?? encounter.meta?.lastUpdated
  const locations = encounter.location?.filter(({ status }) => ended || status !== 'completed')
  return {
    patient,
    locations: present(locations?.map(({ location }) => idOf('Location', location.reference)) ?? []),
    people: present(encounter.participant?.map(({ individual }) => individual?.reference) ?? []),
    endedAt: ended && end !== undefined ? microsFromIso(end) : undefined,
  }
}

export function teamOf(team: CareTeam): TeamFact | undefined {
  const patient = idOf('Patient', team.subject?.reference)
  if (!patient || team.status !== 'active') return undefined
  return { patient, people: present(team.participant?.map(({ member }) => member?.reference) ?? []) }
}

export function practiceOf(patient: Patient): TeamFact | undefined {
  const people = present(patient.generalPractitioner?.map(({ reference }) => reference) ?? [])
  return people.length > 0 && patient.id ? { patient: patient.id, people } : undefined
}

export function roleOf(role: PractitionerRole): RoleFact | undefined {
  const practitioner = role.practitioner?.reference
  if (!practitioner || role.active === false) return undefined
  return {
    practitioner,
    locations: present(role.location?.map(({ reference }) => idOf('Location', reference)) ?? []),
    organization: role.organization?.reference,
  }
}

export const parentOf = (location: Location): string | undefined =>
  idOf('Location', location.partOf?.reference)

export type FactType = 'Encounter' | 'CareTeam' | 'Patient' | 'PractitionerRole' | 'Location'
export const isFactType = (type: Resource['resourceType'] | string): type is FactType =>
  ['Encounter', 'CareTeam', 'Patient', 'PractitionerRole', 'Location'].includes(type)
