/**
 * What one caller may see and why they ask, decided once and handed on. What gives patient data out takes a permit, and the
 * type can be made only here: code that has none does not compile. `tests/architecture` names who may make one.
 */
import {
  type DataOf,
  everyone,
  type PatientFilter,
  patientsOf,
  type Rectangle,
  type Scope,
  scopeCovers,
} from './patient-filter.ts'
import type { PurposeOfUse } from './purpose.ts'

declare const granted: unique symbol

export interface Permit {
  readonly [granted]: true
  /** Who acts, as a reference: `Practitioner/…`, `Patient/…`, `Device/…`, `ClientApplication/…`, `system`. */
  readonly actor: string
  readonly purpose: PurposeOfUse
  readonly filter: PatientFilter
  /** Also what belongs to no patient: stock devices, groups, definitions. */
  readonly seesUnassigned: boolean
  /** Of whom something may be seen; `all` where those whom the filter does not name are among them. */
  readonly patients: 'all' | readonly string[]
  scopeOf(patient: string): Scope
  /** Why these are looked at: `BTG` where the glass is broken for one of them. */
  purposeFor(patients: readonly string[]): PurposeOfUse
  /** The meaning of the filter for one row of data; every SQL predicate and stream must agree with it. */
  covers(patients: readonly string[], data: DataOf): boolean
}

export interface Grounds {
  readonly actor: string
  readonly purpose: PurposeOfUse
  readonly filter: PatientFilter
  readonly seesUnassigned: boolean
  /** Patients seen by a broken glass. */
  readonly emergencies?: ReadonlySet<string>
}

export function grantPermit(grounds: Grounds): Permit {
  const { actor, purpose, filter, seesUnassigned, emergencies } = grounds
  const named = new Map(filter.named.flatMap(({ patients, scope }) => patients.map((id) => [id, scope])))
  const scopeOf = (patient: string): Scope => named.get(patient) ?? filter.others
  const permit = {
    actor,
    purpose,
    filter,
    seesUnassigned,
    patients: patientsOf(filter),
    scopeOf,
    purposeFor: (patients: readonly string[]) =>
      patients.some((patient) => emergencies?.has(patient)) ? 'BTG' : purpose,
    covers: (patients: readonly string[], data: DataOf) =>
      patients.length === 0
        ? seesUnassigned
        : patients.every((patient) => scopeCovers(scopeOf(patient), data)),
  }
  return permit as unknown as Permit
}

export const systemPermit: Permit = grantPermit({
  actor: 'system',
  purpose: 'HOPERAT',
  filter: everyone,
  seesUnassigned: true,
})

/** Whether anything at all of the patient may be seen. */
export const mayKnow = (permit: Permit, patient: string): boolean => permit.scopeOf(patient).length > 0

export const seesAllOf = (permit: Permit, patient: string): boolean => permit.scopeOf(patient).some(isWhole)

export const seesEverything = ({ filter, seesUnassigned }: Permit): boolean =>
  seesUnassigned && filter.named.length === 0 && filter.others.some(isWhole)

const isWhole = ({ classes, cleared }: Rectangle): boolean => classes === 'all' && cleared === 'all'
