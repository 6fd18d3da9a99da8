/**
 * can(subject, resource, purpose) → filter: the one decision, as a pure function of the policies, whom the subject is related
 * to and what the patients decided. Rows of data are judged by the filter alone, so nothing is fetched and then hidden.
 */
import {
  type DataClass,
  dataClasses,
  type SensitivityLabel,
  sensitivityLabels,
} from '../kernel/data-class.ts'
import { nothing, type PatientFilter, type Rectangle, type Scope } from '../kernel/patient-filter.ts'
import type { Micros } from '../kernel/time.ts'
import { type Answer, rulingOf } from './consents/ruling.ts'
import type { Policy, Provision, Related, Subject } from './model.ts'

export interface Circumstances {
  readonly policies: readonly Policy[]
  readonly related: Related
  /** Of every patient with an active consent. */
  readonly provisions: ReadonlyMap<string, readonly Provision[]>
  readonly now: Micros
}

export function decide(subject: Subject, circumstances: Circumstances): PatientFilter {
  const applicable = circumstances.policies.filter(
    (policy) =>
      policy.who.some((who) => subject.standings.includes(who)) && policy.purposes.includes(subject.purpose),
  )
  const patients = new Set(circumstances.provisions.keys())
  const forAnyone: Policy[] = []
  for (const policy of applicable) {
    const whom = relatedBy(policy, circumstances.related)
    if (whom === 'all') forAnyone.push(policy)
    else for (const patient of whom) patients.add(patient)
  }
  const others = scopeFor(forAnyone, [], subject, circumstances.now)
  // Most patients decide by the same forms: one answer serves all who gave the same.
  const scopes = new Map<string, Scope>()
  const groups = new Map<string, { patients: string[]; scope: Scope }>()
  const othersKey = JSON.stringify(others)
  for (const patient of patients) {
    const policies = applicable.filter((policy) => {
      const whom = relatedBy(policy, circumstances.related)
      return whom === 'all' || whom.has(patient)
    })
    const provisions = circumstances.provisions.get(patient) ?? []
    const grounds = JSON.stringify([policies.map(({ id }) => id), provisions])
    const scope = scopes.get(grounds) ?? scopeFor(policies, provisions, subject, circumstances.now)
    scopes.set(grounds, scope)
    const key = JSON.stringify(scope)
    if (key === othersKey) continue
    const group = groups.get(key) ?? { patients: [], scope }
    group.patients.push(patient)
    groups.set(key, group)
  }
  return { others, named: [...groups.values()] }
}

const relatedBy = ({ whose }: Policy, related: Related): 'all' | ReadonlySet<string> =>
  whose === 'anyone' ? 'all' : related[whose]

/** By one policy, given what the patient's consents answer. */
export function grants(policy: Policy, answer: Answer | undefined): boolean {
  switch (policy.consent) {
    case 'cannot-refuse':
      return true
    case 'may-refuse':
      return answer?.ruling !== 'deny'
    case 'needs-consent':
      return answer?.ruling === 'permit'
    case 'needs-name':
      return answer?.ruling === 'permit' && answer.named
  }
}

const allClasses = Object.keys(dataClasses) as DataClass[]
const allLabels = Object.keys(sensitivityLabels) as SensitivityLabel[]

function scopeFor(
  policies: readonly Policy[],
  provisions: readonly Provision[],
  subject: Subject,
  now: Micros,
): Scope {
  if (policies.length === 0) return nothing
  // Without decisions of the patient, a policy's grant is one rectangle.
  if (provisions.length === 0) return merged(policies.filter((policy) => grants(policy, undefined)))
  const byCleared = new Map<string, { cleared: Rectangle['cleared']; classes: DataClass[] }>()
  for (const dataClass of allClasses) {
    for (const cleared of clearances(policies, provisions, subject, dataClass, now)) {
      const key = JSON.stringify(cleared)
      const entry = byCleared.get(key) ?? { cleared, classes: [] }
      entry.classes.push(dataClass)
      byCleared.set(key, entry)
    }
  }
  return [...byCleared.values()].map(({ cleared, classes }) => ({
    classes: classes.length === allClasses.length ? 'all' : classes,
    cleared,
  }))
}

const merged = (policies: readonly Policy[]): Scope => {
  const rectangles = policies.map(({ classes, cleared }): Rectangle => ({ classes, cleared }))
  const whole = rectangles.find(({ classes, cleared }) => classes === 'all' && cleared === 'all')
  return whole ? [whole] : rectangles
}

/**
 * The largest sets of labels with which a row of the class may be seen. A set counts only with all that is below it, so that
 * a further label never makes a row more visible.
 */
function clearances(
  policies: readonly Policy[],
  provisions: readonly Provision[],
  subject: Subject,
  dataClass: DataClass,
  now: Micros,
): Rectangle['cleared'][] {
  const covering = policies.filter(({ classes }) => classes === 'all' || classes.includes(dataClass))
  if (covering.length === 0) return []
  const seen: boolean[] = []
  for (let set = 0; set < 1 << allLabels.length; set++) {
    const labels = allLabels.filter((_, bit) => set & (1 << bit))
    const below = allLabels.every((_, bit) => !(set & (1 << bit)) || seen[set & ~(1 << bit)])
    const answer = below ? rulingOf(provisions, { subject, dataClass, labels, now }) : undefined
    seen.push(
      below &&
        covering.some(
          (policy) =>
            (policy.cleared === 'all' || labels.every((label) => policy.cleared.includes(label))) &&
            grants(policy, answer),
        ),
    )
  }
  const all = seen.length - 1
  if (seen[all]) return ['all']
  const largest = seen.flatMap((may, set) =>
    may && allLabels.every((_, bit) => set & (1 << bit) || !seen[set | (1 << bit)]) ? [set] : [],
  )
  return largest.map((set) => allLabels.filter((_, bit) => set & (1 << bit)))
}
