/** From an entry's codes to the words of the language files. */
import type { AuditView } from '../../../src/audit/contract.ts'

const things: readonly (readonly [RegExp, string])[] = [
  [/\$everything/, 'everything'],
  [/telemetry-(ex|im)port|telemetry\.ndjson|\/(trend|series|scores|time-in-range|readings)/, 'measurements'],
  [/\/waveform/, 'waveforms'],
  [/^\/live/, 'measurements'],
  [/\/monitoring|^\/alarms/, 'alarms'],
  [/^\/api\/board/, 'ward'],
  [/^\/api\/audit|^AuditEvent/, 'trail'],
  [/^\/api\/(devices|device-profiles)|^\/quarantine|^Device/, 'devices'],
  [/^\/api\/(account|people|sign|welcome|me)|^token by/, 'account'],
  [/^\/api\/(storage|rules|consent-policies)/, 'settings'],
  [/^Patient|^RelatedPerson|^Person|^Coverage|^Account/, 'person'],
  [/^Observation/, 'measurements'],
  [
    /^(Condition|AllergyIntolerance|Procedure|AdverseEvent|ClinicalImpression|FamilyMemberHistory|Flag)/,
    'conditions',
  ],
  [/^(Medication|Immunization|NutritionOrder)/, 'medication'],
  [/^(DiagnosticReport|Specimen|ImagingStudy|Media|MolecularSequence)/, 'laboratory'],
  [/^(DocumentReference|Composition|Communication|QuestionnaireResponse|List)/, 'documents'],
  [/^(Encounter|EpisodeOfCare|CarePlan|CareTeam|Appointment|Task|Goal|ServiceRequest)/, 'care'],
  [/^Consent/, 'consent'],
]

/** Keys below `audit.thing`, each once. */
export function thingsOf({ what, kind }: Pick<AuditView, 'what' | 'kind'>): readonly string[] {
  if (kind === 'sign-in' || kind === 'sign-out' || kind === 'break-glass') return []
  const known = what.flatMap((one) => things.find(([pattern]) => pattern.test(one))?.[1] ?? [])
  if (known.length > 0) return [...new Set(known)]
  return what.length > 0 ? ['other'] : []
}

/** The key below `audit.act`. */
export function actOf({ kind, action, what }: Pick<AuditView, 'kind' | 'action' | 'what'>): string {
  if (kind === 'live')
    return what.includes('ended') ? 'live-ended' : what.includes('changed') ? 'live-changed' : 'live'
  if (kind !== 'write') return kind
  return action === 'C' ? 'added' : action === 'D' ? 'removed' : 'write'
}

export const isEmergency = ({ kind, purpose }: Pick<AuditView, 'kind' | 'purpose'>): boolean =>
  kind === 'break-glass' || purpose === 'BTG' || purpose === 'ETREAT'

/** What the chips of the pages ask for. */
export const filters = {
  all: '',
  looks: 'kind=read,search,history,live',
  changes: 'kind=write,alarm,device,consent',
  files: 'kind=export,erasure',
  sign: 'kind=sign-in,sign-out,account',
  emergency: 'purpose=BTG,ETREAT',
  refused: 'outcome=refused,failed',
} as const
export type FilterName = keyof typeof filters
export const filterNames = Object.keys(filters) as readonly FilterName[]

/** What one person did again and again, with nothing between, is one line. */
export interface Run {
  readonly entries: readonly AuditView[]
  readonly things: readonly string[]
}

const sameAct = (a: AuditView, b: AuditView): boolean =>
  [a, b].every((one) => !isEmergency(one) && one.outcome === 'done') &&
  a.who?.reference === b.who?.reference &&
  a.app === b.app &&
  a.purpose === b.purpose &&
  actOf(a) === actOf(b) &&
  a.patients.map(({ id }) => id).join() === b.patients.map(({ id }) => id).join()

/** Newest first, as the entries come. */
export function runsOf(entries: readonly AuditView[]): readonly Run[] {
  const runs: { entries: AuditView[]; things: string[] }[] = []
  for (const entry of entries) {
    const last = runs.at(-1)
    if (last?.entries[0] && sameAct(last.entries[0], entry)) {
      last.entries.push(entry)
      last.things = [...new Set([...last.things, ...thingsOf(entry)])]
    } else runs.push({ entries: [entry], things: [...thingsOf(entry)] })
  }
  return runs
}

/** Days in the reader's own zone, newest first as they come. */
export function byDay(entries: readonly AuditView[]): readonly (readonly [string, readonly AuditView[]])[] {
  const days = new Map<string, AuditView[]>()
  for (const entry of entries) {
    const day = new Date(entry.at).toDateString()
    days.set(day, [...(days.get(day) ?? []), entry])
  }
  return [...days.values()].map((all) => [all[0]!.at, all] as const)
}
