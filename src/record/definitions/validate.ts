/** Validation against the R4 structure definitions, their invariants and their required bindings. */
import {
  isResourceType,
  OperationOutcomeError,
  type TypedValueWithPath,
  validateResource,
} from '@medplum/core'
import type { CodeableConcept, Coding, OperationOutcomeIssue, Resource } from '@medplum/fhirtypes'
import { invalid } from '../outcomes.ts'
import { type RequiredCodes, withoutVersion } from './bindings.ts'

/**
 * Answers warnings.
 * @throws OperationOutcomeError 400 with every error and its FHIRPath location
 */
export type Validator = (resource: Resource) => readonly OperationOutcomeIssue[]

export function createValidator(requiredCodes: RequiredCodes): Validator {
  return (resource) => {
    if (!isResourceType(resource.resourceType))
      throw invalid(
        `${JSON.stringify(resource.resourceType)} is no resource type of FHIR R4.`,
        'resourceType',
      )
    const tokens: Record<string, TypedValueWithPath[]> = {}
    const warnings = validateResource(resource, { collect: { tokens } })
    const wrong = Object.entries(tokens).flatMap(([valueSet, values]) => {
      const codes = requiredCodes.get(withoutVersion(valueSet))
      return codes
        ? values.filter((value) => !isOneOf(codes, value)).map((value) => issue(valueSet, value))
        : []
    })
    if (wrong.length > 0) throw new OperationOutcomeError({ resourceType: 'OperationOutcome', issue: wrong })
    return warnings
  }
}

function isOneOf(codes: ReadonlySet<string>, { type, value }: TypedValueWithPath): boolean {
  if (typeof value === 'string') return codes.has(`|${value}`)
  const codings = type === 'CodeableConcept' ? ((value as CodeableConcept).coding ?? []) : [value as Coding]
  // A concept in words alone says that no code fits.
  return codings.length === 0 || codings.some(({ system = '', code }) => codes.has(`${system}|${code}`))
}

function issue(valueSet: string, { path, value }: TypedValueWithPath): OperationOutcomeIssue {
  const said = typeof value === 'string' ? JSON.stringify(value) : 'This concept'
  return {
    severity: 'error',
    code: 'code-invalid',
    details: { text: `${said} is not in the required value set ${withoutVersion(valueSet)}` },
    expression: [path],
  }
}
