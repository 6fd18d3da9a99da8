/**
 * A second, plain reading of the rules: one row, one patient, no compiling. Decisions are held against it; it is written from
 * the policies' and FHIR's words, not from the code it judges.
 */
import fc from 'fast-check'
import {
  type DataClass,
  dataClasses,
  type SensitivityLabel,
  sensitivityLabels,
} from '../../kernel/data-class.ts'
import type { DataOf } from '../../kernel/patient-filter.ts'
import type { PurposeOfUse } from '../../kernel/purpose.ts'
import type { Micros } from '../../kernel/time.ts'
import type { Circumstances } from '../decide.ts'
import type { Policy, Provision, Related, Relation, Ruling, Standing, Subject } from '../model.ts'

export function reference(subject: Subject, c: Circumstances, patient: string, row: DataOf): boolean {
  // A row is visible only if it would be with any of its labels taken away.
  return subsets(row.labels).every((labels) => plainly(subject, c, patient, { ...row, labels }))
}

function plainly(subject: Subject, c: Circumstances, patient: string, row: DataOf): boolean {
  const said = (c.provisions.get(patient) ?? []).flatMap((one) => saying(one, subject, row, c.now, false))
  const denied = said.some(({ ruling }) => ruling === 'deny')
  const permitted = !denied && said.some(({ ruling }) => ruling === 'permit')
  const permittedByName = !denied && said.some(({ ruling, named }) => ruling === 'permit' && named)
  for (const policy of c.policies) {
    if (!policy.who.some((who) => subject.standings.includes(who))) continue
    if (!policy.purposes.includes(subject.purpose)) continue
    if (policy.whose !== 'anyone') {
      const whom = c.related[policy.whose]
      if (whom !== 'all' && !whom.has(patient)) continue
    }
    if (policy.classes !== 'all' && !policy.classes.includes(row.dataClass)) continue
    const { cleared } = policy
    if (cleared !== 'all' && row.labels.some((label) => !cleared.includes(label))) continue
    const enough = {
      'cannot-refuse': true,
      'may-refuse': !denied,
      'needs-consent': permitted,
      'needs-name': permittedByName,
    }[policy.consent]
    if (enough) return true
  }
  return false
}

/** What a provision says of a row: its exceptions speak for it; of several that contradict each other, the denial. */
function saying(
  { type, period, actors, purposes, classes, labels, provisions = [] }: Provision,
  subject: Subject,
  row: DataOf,
  now: Micros,
  namedAbove: boolean,
): { ruling: Ruling; named: boolean }[] {
  if (period?.start !== undefined && !(period.start <= now)) return []
  if (period?.end !== undefined && !(now < period.end)) return []
  if (actors !== undefined && ![...subject.names].some((name) => actors.includes(name))) return []
  if (purposes !== undefined && !purposes.includes(subject.purpose)) return []
  if (classes !== undefined && !classes.includes(row.dataClass)) return []
  if (labels !== undefined) {
    const carried = row.labels.filter((label) => labels.includes(label)).length
    if (type === 'permit' ? carried < row.labels.length : carried === 0) return []
  }
  const named = namedAbove || actors !== undefined
  const exceptions = provisions.flatMap((one) => saying(one, subject, row, now, named))
  const denial = exceptions.find(({ ruling }) => ruling === 'deny')
  if (denial) return [denial]
  if (exceptions.length > 0) return exceptions
  return type === undefined ? [] : [{ ruling: type, named }]
}

const subsets = (all: readonly SensitivityLabel[]): SensitivityLabel[][] =>
  Array.from({ length: 1 << all.length }, (_, set) => all.filter((_label, bit) => set & (1 << bit)))

const classes = Object.keys(dataClasses) as DataClass[]
const labels = Object.keys(sensitivityLabels) as SensitivityLabel[]
const someClasses = fc.subarray(classes, { minLength: 3 })
const someLabels = fc.subarray(labels)
const purposes = fc.constantFrom<PurposeOfUse>('TREAT', 'HRESCH')
const standings = fc.constantFrom<Standing>('nurse', 'physician', 'app')
const names = ['Practitioner/x', 'CareTeam/t', 'urn:vitalwire:standing|nurse', 'Practitioner/other']
const all = fc.constant('all' as const)

export const policyOf: fc.Arbitrary<Policy> = fc.record({
  id: fc.uuid(),
  title: fc.constant(''),
  rationale: fc.constant(''),
  reference: fc.constant(''),
  who: fc.uniqueArray(standings, { minLength: 1 }),
  purposes: fc.uniqueArray(purposes, { minLength: 1 }),
  whose: fc.constantFrom<Relation>('anyone', 'ward', 'care-team', 'broken-glass'),
  classes: fc.oneof({ weight: 2, arbitrary: all }, { weight: 1, arbitrary: someClasses }),
  cleared: fc.oneof(all, someLabels),
  consent: fc.constantFrom<Policy['consent']>(
    'may-refuse',
    'may-refuse',
    'cannot-refuse',
    'needs-consent',
    'needs-name',
  ),
  cases: fc.constant([]),
})

export const subjectOf: fc.Arbitrary<Subject> = fc.record({
  reference: fc.constant('Practitioner/x'),
  standings: fc.uniqueArray(standings, { minLength: 1, maxLength: 2 }),
  purpose: purposes,
  names: fc.subarray(names.slice(0, 3)).map((some) => new Set(['Practitioner/x', ...some])),
  own: fc.constant([]),
  proxied: fc.constant([]),
})

const patients = fc.subarray(['p1', 'p2', 'p3']).map((some) => new Set(some))
export const relatedOf: fc.Arbitrary<Related> = fc.record({
  own: patients,
  proxied: patients,
  'care-team': patients,
  ward: fc.oneof(
    { weight: 3, arbitrary: patients as fc.Arbitrary<'all' | Set<string>> },
    { weight: 1, arbitrary: all },
  ),
  'broken-glass': patients,
})

const time = fc.integer({ min: 0, max: 100 }).map((us) => us as Micros)
const absent = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const given = (fields: object): Provision =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Provision

export const provisionOf: fc.Arbitrary<Provision> = fc.letrec<{ provision: Provision }>((tie) => ({
  provision: fc
    .record({
      type: fc.option(fc.constantFrom<Ruling>('permit', 'deny'), { nil: undefined, freq: 8 }),
      period: fc.option(fc.record({ start: time, end: time }), { nil: undefined, freq: 1 }),
      actors: absent(fc.subarray(names, { minLength: 1 })),
      purposes: absent(fc.uniqueArray(purposes, { minLength: 1 })),
      classes: absent(someClasses),
      labels: absent(someLabels),
      provisions: fc.option(fc.array(tie('provision'), { maxLength: 2, depthIdentifier: 'p' }), {
        nil: undefined,
        depthIdentifier: 'p',
        depthSize: 'small',
      }),
    })
    .map(given),
})).provision

export const consentsOf: fc.Arbitrary<ReadonlyMap<string, readonly Provision[]>> = fc
  .dictionary(fc.constantFrom('p1', 'p2', 'p3'), fc.array(provisionOf, { minLength: 1, maxLength: 2 }), {
    noNullPrototype: true,
  })
  .map((byPatient) => new Map(Object.entries(byPatient)))
