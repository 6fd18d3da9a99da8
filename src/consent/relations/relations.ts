/**
 * Who treats whom now. By name: an active care team, a stay's participants, a patient's general practitioner. By ward: a stay
 * at a place where the practitioner has a role, or at one that is part of it; a role without a place is the whole house. A
 * stay that ended counts for some days more, so that letters get written.
 */
import { Operator } from '@medplum/core'
import type { CareTeam, Encounter, Location, Patient, PractitionerRole } from '@medplum/fhirtypes'
import type { Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import { consentSystems } from '../contract.ts'
import { followResources, type StandingResourcesDeps } from '../standing-resources.ts'
import {
  type FactType,
  isFactType,
  parentOf,
  practiceOf,
  type RoleFact,
  roleOf,
  type StayFact,
  stayOf,
  type TeamFact,
  teamOf,
} from './facts.ts'

export interface Treatment {
  readonly careTeam: ReadonlySet<string>
  readonly ward: 'all' | ReadonlySet<string>
  /** By what a consent may name the practitioner. */
  readonly names: readonly string[]
}

export interface Relations {
  /** @param practitioner `Practitioner/…` */
  treatment(practitioner: string): Treatment
  /** When a stay that ended stops to count. */
  nextEnd(now: Micros): Micros | undefined
  close(): void
}

export const afterStayUs = 7 * 86_400_000_000
const deepestPlace = 10

export async function createRelations(
  deps: StandingResourcesDeps & { readonly clock: Clock },
  changed: () => void,
): Promise<Relations> {
  const stays = new Map<string, StayFact>()
  const teams = new Map<string, TeamFact>()
  const practices = new Map<string, TeamFact>()
  const roles = new Map<string, RoleFact>()
  const parents = new Map<string, string | undefined>()
  const keep = <T>(facts: Map<string, T>, id: string, fact: T | undefined) =>
    fact === undefined ? facts.delete(id) : facts.set(id, fact)
  const drop = (type: FactType, id: string) =>
    ({ Encounter: stays, CareTeam: teams, Patient: practices, PractitionerRole: roles, Location: parents })[
      type
    ].delete(id)

  const stop = await followResources(deps, {
    searches: [
      { resourceType: 'Location' },
      { resourceType: 'PractitionerRole' },
      { resourceType: 'CareTeam', filters: [{ code: 'status', operator: Operator.EQUALS, value: 'active' }] },
      {
        resourceType: 'Encounter',
        filters: [
          {
            code: 'status',
            operator: Operator.EQUALS,
            value: 'arrived,triaged,in-progress,onleave,finished',
          },
        ],
      },
      {
        resourceType: 'Patient',
        filters: [{ code: 'general-practitioner', operator: Operator.MISSING, value: 'false' }],
      },
    ],
    take(resource) {
      const { id } = resource
      if (resource.resourceType === 'Encounter') keep(stays, id, stayOf(resource as Encounter))
      if (resource.resourceType === 'CareTeam') keep(teams, id, teamOf(resource as CareTeam))
      if (resource.resourceType === 'Patient') keep(practices, id, practiceOf(resource as Patient))
      if (resource.resourceType === 'PractitionerRole') keep(roles, id, roleOf(resource as PractitionerRole))
      if (resource.resourceType === 'Location') parents.set(id, parentOf(resource as Location))
    },
    drop: (type, id) => void (isFactType(type) && drop(type, id)),
    changed,
  })

  function places(location: string): string[] {
    const found: string[] = []
    for (let at: string | undefined = location; at !== undefined && found.length < deepestPlace; ) {
      found.push(at)
      at = parents.get(at)
    }
    return found
  }

  return {
    treatment(practitioner) {
      const now = deps.clock.now()
      const own = [...roles].filter(([, role]) => role.practitioner === practitioner)
      const me = new Set([practitioner, ...own.map(([id]) => `PractitionerRole/${id}`)])
      const isMe = (people: readonly string[]) => people.some((person) => me.has(person))
      const wards = new Set(own.flatMap(([, role]) => role.locations))
      const careTeam = new Set<string>()
      const ward = new Set<string>()
      for (const { patient, people } of [...teams.values(), ...practices.values()])
        if (isMe(people)) careTeam.add(patient)
      for (const { patient, people, locations, endedAt } of stays.values()) {
        if (endedAt !== undefined && endedAt + afterStayUs < now) continue
        if (isMe(people)) careTeam.add(patient)
        if (locations.flatMap(places).some((place) => wards.has(place))) ward.add(patient)
      }
      const wholeHouse = own.some(([, { locations }]) => locations.length === 0)
      const names = [
        ...me,
        ...own.flatMap(([, { organization }]) => organization ?? []),
        ...[...teams].flatMap(([id, { people }]) => (isMe(people) ? [`CareTeam/${id}`] : [])),
        ...[...wards].map((id) => `${consentSystems.ward}|${id}`),
      ]
      return { careTeam, ward: wholeHouse ? 'all' : ward, names }
    },
    nextEnd(now) {
      let next: Micros | undefined
      for (const { endedAt } of stays.values()) {
        const end = endedAt === undefined ? 0 : endedAt + afterStayUs
        if (end >= now && (next === undefined || end < next)) next = (end + 1) as Micros
      }
      return next
    },
    close: stop,
  }
}

export const treatsNobody: Treatment = { careTeam: new Set(), ward: new Set(), names: [] }
