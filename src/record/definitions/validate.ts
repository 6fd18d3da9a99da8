/** Validation against the R4 structure definitions and their invariants. */
import { isResourceType, validateResource } from '@medplum/core'
import type { OperationOutcomeIssue, Resource } from '@medplum/fhirtypes'
import { invalid } from '../outcomes.ts'

/**
 * Answers warnings.
 * @throws OperationOutcomeError 400 with every error and its FHIRPath location
 */
export type Validator = (resource: Resource) => readonly OperationOutcomeIssue[]

export const validateStructure: Validator = (resource) => {
  if (!isResourceType(resource.resourceType))
    throw invalid(`${JSON.stringify(resource.resourceType)} is no resource type of FHIR R4.`, 'resourceType')
  return validateResource(resource)
}
