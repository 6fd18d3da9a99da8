import type { Problem } from '../../kernel/problem.ts'

/** What every refusal looks like from outside, FHIR or not: FHIR R4 OperationOutcome. */
export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome'
  readonly issue: readonly [
    {
      readonly severity: 'error' | 'fatal'
      /** http://hl7.org/fhir/issue-type */
      readonly code: string
      readonly details: { readonly coding: readonly [{ readonly code: string }]; readonly text: string }
      readonly diagnostics?: string
    },
  ]
}

export const fhirJson = 'application/fhir+json; charset=utf-8'

const issueTypes: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  406: 'not-supported',
  409: 'conflict',
  410: 'deleted',
  412: 'conflict',
  413: 'too-long',
  415: 'not-supported',
  421: 'security',
  422: 'processing',
  429: 'throttled',
  503: 'transient',
  504: 'timeout',
}

/** The problem in FHIR's words: our stable code as coding, its message as text, where it lies as diagnostics. */
export function operationOutcome(problem: Problem): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: problem.status >= 500 ? 'fatal' : 'error',
        code: issueTypes[problem.status] ?? (problem.status >= 500 ? 'exception' : 'invalid'),
        details: { coding: [{ code: problem.code }], text: problem.message },
        ...(problem.where === undefined ? {} : { diagnostics: `at ${problem.where}` }),
      },
    ],
  }
}
