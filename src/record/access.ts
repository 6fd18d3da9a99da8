/**
 * What a caller may see, and what may be written. The rule: a resource is visible if its type is shared, or if the permit
 * covers its class and labels for every patient it belongs to. So a Group of several patients, or a visit note that names
 * another patient as performer, is seen only by who may see all of them.
 */
import { forbidden, OperationOutcomeError } from '@medplum/core'
import type { DataOf } from '../kernel/patient-filter.ts'
import type { Interaction, RecordAccess } from './model.ts'

/** Types that say nothing about any patient. */
export const sharedTypes: ReadonlySet<string> = new Set([
  'CodeSystem',
  'ConceptMap',
  'Endpoint',
  'HealthcareService',
  'InsurancePlan',
  'Location',
  'Medication',
  'Organization',
  'PlanDefinition',
  'Practitioner',
  'PractitionerRole',
  'Questionnaire',
  'StructureDefinition',
  'ValueSet',
])

export const isVisibleWithoutPatient = (resourceType: string): boolean => sharedTypes.has(resourceType)

/** What is kept of a version beside its text. */
export interface Belonging extends DataOf {
  readonly resourceType: string
  readonly patients: readonly string[]
}

export const isVisible = (access: RecordAccess, one: Belonging): boolean =>
  sharedTypes.has(one.resourceType) || access.covers(one.patients, one)

/** @throws OperationOutcomeError 403 */
export function requireAllowed(access: RecordAccess, resourceType: string, interaction: Interaction): void {
  if (access.allows(resourceType, interaction)) return
  throw new OperationOutcomeError({
    ...forbidden,
    issue: [
      {
        severity: 'error',
        code: 'forbidden',
        details: { text: `You may not ${interaction} ${resourceType} resources.` },
      },
    ],
  })
}
