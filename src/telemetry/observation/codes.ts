import type { CodeableConcept, Coding } from '@medplum/fhirtypes'
import { findMetric, type Metric } from '../../kernel/metrics/index.ts'

export const systems = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  mdc: 'urn:iso:std:iso:11073:10101',
  metric: 'urn:vitalwire:metric',
  ucum: 'http://unitsofmeasure.org',
  category: 'http://terminology.hl7.org/CodeSystem/observation-category',
  dataAbsent: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  quality: 'urn:vitalwire:quality',
} as const

const concepts = new Map<string, CodeableConcept>()

/** What a metric is called in LOINC, in MDC, in SNOMED CT and by its own name. */
export function conceptOf(metricId: string): CodeableConcept {
  const before = concepts.get(metricId)
  if (before) return before
  const metric = findMetric(metricId)
  const coding: Coding[] = []
  if (metric) {
    for (const { code, display } of [...(metric.loinc ? [metric.loinc] : []), ...(metric.alsoLoinc ?? [])]) {
      coding.push({ system: systems.loinc, code, display })
    }
    if (metric.mdc) {
      coding.push({ system: systems.mdc, code: String(metric.mdc.code), display: metric.mdc.refId })
    }
    if (metric.snomed) coding.push({ system: systems.snomed, ...metric.snomed })
  }
  coding.push({ system: systems.metric, code: metricId, display: metric?.title ?? metricId })
  const concept = { coding, text: metric?.title ?? metricId }
  concepts.set(metricId, concept)
  return concept
}

export const panelConcept: CodeableConcept = {
  coding: [
    {
      system: systems.loinc,
      code: '85354-9',
      display: 'Blood pressure panel with all children optional',
    },
    { system: systems.mdc, code: '150020', display: 'MDC_PRESS_BLD_NONINV' },
  ],
  text: 'Blood pressure',
}

const fhirCategories = new Set(['vital-signs', 'laboratory', 'activity', 'therapy', 'procedure'])

export function categoryOf(metric: Metric | undefined): Coding | undefined {
  const code = metric?.category
  if (code === undefined || !fhirCategories.has(code)) return undefined
  return { system: systems.category, code }
}

/** `code`, `|code` (no system: never ours) or `system|code`. */
export function codingMatches(coding: readonly Coding[], token: string): boolean {
  const bar = token.indexOf('|')
  if (bar < 0) return coding.some((one) => one.code === token)
  const system = token.slice(0, bar)
  const code = token.slice(bar + 1)
  return coding.some((one) => one.system === system && (code === '' || one.code === code))
}
