/**
 * What of whose data a caller may see, compiled once: pure, so that SQL predicates, streams and pages can all be held to the
 * same meaning. A row of data belongs to patients, is of one class and carries sensitivity labels; it is visible if there is
 * at least one patient and, for each of them, one rectangle of that patient's scope covers its class and all its labels.
 */
import type { DataClass, SensitivityLabel } from './data-class.ts'

export interface Rectangle {
  readonly classes: 'all' | readonly DataClass[]
  /** Labels the caller is cleared for; a row with any other stays hidden. */
  readonly cleared: 'all' | readonly SensitivityLabel[]
}

/** Nothing where there is no rectangle. */
export type Scope = readonly Rectangle[]

export interface PatientFilter {
  /** Patients who are named nowhere below. */
  readonly others: Scope
  readonly named: readonly { readonly patients: readonly string[]; readonly scope: Scope }[]
}

export const everything: Scope = [{ classes: 'all', cleared: 'all' }]
export const nothing: Scope = []
export const everyone: PatientFilter = { others: everything, named: [] }
export const noOne: PatientFilter = { others: nothing, named: [] }
export const only = (patients: readonly string[], scope: Scope = everything): PatientFilter => ({
  others: nothing,
  named: patients.length === 0 ? [] : [{ patients, scope }],
})

/** What a row says of itself; an unknown class is seen only by a scope over all classes. */
export interface DataOf {
  readonly dataClass: DataClass
  readonly labels: readonly SensitivityLabel[]
}

export const scopeCovers = (scope: Scope, { dataClass, labels }: DataOf): boolean =>
  scope.some(
    ({ classes, cleared }) =>
      (classes === 'all' || classes.includes(dataClass)) &&
      (cleared === 'all' || labels.every((label) => cleared.includes(label))),
  )

export const scopeOf = (filter: PatientFilter, patient: string): Scope =>
  filter.named.find(({ patients }) => patients.includes(patient))?.scope ?? filter.others

export const covers = (filter: PatientFilter, patients: readonly string[], data: DataOf): boolean =>
  patients.length > 0 && patients.every((patient) => scopeCovers(scopeOf(filter, patient), data))

/** Every patient of whom something may be seen; `all` where those not named are among them. */
export const patientsOf = (filter: PatientFilter): 'all' | readonly string[] =>
  filter.others.length > 0
    ? 'all'
    : filter.named.filter(({ scope }) => scope.length > 0).flatMap(({ patients }) => patients)
