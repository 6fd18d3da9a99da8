/** Refusals as OperationOutcomes. The library tells a status by the outcome's id; one more is needed here. */
import { badRequest, getStatus, OperationOutcomeError } from '@medplum/core'
import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'

const ownStatus: Readonly<Record<string, number>> = {
  'method-not-allowed': 405,
  'not-supported': 400,
  unprocessable: 422,
}

export const statusOf = (outcome: OperationOutcome): number =>
  (outcome.id === undefined ? undefined : ownStatus[outcome.id]) ?? getStatus(outcome)

function refusal(
  id: string,
  code: OperationOutcomeIssue['code'],
  text: string,
  expression?: string,
): OperationOutcomeError {
  return new OperationOutcomeError({
    resourceType: 'OperationOutcome',
    id,
    issue: [
      {
        severity: 'error',
        code,
        details: { text },
        ...(expression === undefined ? {} : { expression: [expression] }),
      },
    ],
  })
}

export const invalid = (text: string, expression?: string): OperationOutcomeError =>
  new OperationOutcomeError(badRequest(text, expression))
export const notSupported = (text: string): OperationOutcomeError =>
  refusal('not-supported', 'not-supported', text)
export const notAllowed = (text: string): OperationOutcomeError =>
  refusal('method-not-allowed', 'not-supported', text)
export const versionConflict = (text: string): OperationOutcomeError =>
  refusal('precondition-failed', 'conflict', text)
export const multipleMatches = (text: string): OperationOutcomeError =>
  refusal('multiple-matches', 'multiple-matches', text)
export const conflicting = (text: string): OperationOutcomeError => refusal('conflict', 'conflict', text)
export const forbiddenTo = (text: string): OperationOutcomeError => refusal('forbidden', 'forbidden', text)
export const unknownResource = (resourceType: string, id: string): OperationOutcomeError =>
  refusal('not-found', 'not-found', `${resourceType}/${id} is not known.`)
export const goneResource = (resourceType: string, id: string): OperationOutcomeError =>
  refusal('gone', 'deleted', `${resourceType}/${id} has been deleted; its history remains.`)
