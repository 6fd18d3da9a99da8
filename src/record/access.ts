/**
 * What a caller may see, and what may be written. The rule, for a caller bound to patients: a resource is visible if
 * every patient it belongs to is among theirs and there is at least one, or if its type is shared. So a Group of
 * several patients, or a visit note that names another patient as performer, is nobody's to see but staff's.
 */
import { forbidden, OperationOutcomeError } from '@medplum/core'
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

export function isVisible(access: RecordAccess, resourceType: string, patients: readonly string[]): boolean {
  const { patients: own } = access
  if (own === 'all' || sharedTypes.has(resourceType)) return true
  return patients.length > 0 && patients.every((patient) => own.includes(patient))
}

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
