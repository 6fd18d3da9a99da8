/** `$validate`: what a create or update would say, without writing. */
import { allOk, OperationOutcomeError } from '@medplum/core'
import type { FhirRouteHandler } from '@medplum/fhir-router'
import type { OperationOutcome, OperationOutcomeIssue, Parameters, Resource } from '@medplum/fhirtypes'
import { invalid } from '../outcomes.ts'
import { recordOf } from './request.ts'

export const validateOperation: FhirRouteHandler = async (request, repo) => {
  const resource = resourceIn(request.body as Resource | undefined)
  if (resource.resourceType !== request.params['resourceType'])
    throw invalid(
      `The URL asks for a ${request.params['resourceType']}, the body is a ${resource.resourceType}.`,
    )
  return [allOk, outcome(issuesOf(() => recordOf(repo).world.validate(resource)))]
}

function resourceIn(body: Resource | undefined): Resource {
  const resource =
    body?.resourceType === 'Parameters'
      ? (body as Parameters).parameter?.find((part) => part.name === 'resource')?.resource
      : body
  if (typeof resource?.resourceType !== 'string')
    throw invalid('Nothing to validate: the body holds no resource.')
  return resource
}

function issuesOf(validate: () => readonly OperationOutcomeIssue[]): readonly OperationOutcomeIssue[] {
  try {
    return validate()
  } catch (error) {
    if (error instanceof OperationOutcomeError) return error.outcome.issue
    throw error
  }
}

const noIssue: OperationOutcomeIssue = {
  severity: 'information',
  code: 'informational',
  details: { text: 'The resource is valid.' },
}

const outcome = (issues: readonly OperationOutcomeIssue[]): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: issues.length > 0 ? [...issues] : [noIssue],
})
