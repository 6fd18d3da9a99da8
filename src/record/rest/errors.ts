/** Every failure at this edge as an OperationOutcome with its status. */
import { OperationOutcomeError } from '@medplum/core'
import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../../kernel/problem.ts'
import type { Log } from '../../platform/log.ts'
import { statusOf } from '../outcomes.ts'

export interface Failure {
  readonly status: number
  readonly outcome: OperationOutcome
  /** Not the caller's doing: to be logged. */
  readonly unexpected: boolean
}

const issueCodes: Readonly<Record<number, OperationOutcomeIssue['code']>> = {
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
  429: 'throttled',
}

export const outcomeOf = (status: number, text: string): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: status >= 500 ? 'fatal' : 'error',
      code: issueCodes[status] ?? (status >= 500 ? 'exception' : 'processing'),
      details: { text },
    },
  ],
})

export function failureOf(error: unknown): Failure {
  if (error instanceof OperationOutcomeError)
    return { status: statusOf(error.outcome), outcome: error.outcome, unexpected: false }
  if (error instanceof ProblemError) {
    const { status, message } = error.problem
    return { status, outcome: outcomeOf(status, message), unexpected: status >= 500 }
  }
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return { status: statusCode, outcome: outcomeOf(statusCode, String(message)), unexpected: false }
  const text = 'The server failed to answer this. It has been logged.'
  return { status: 500, outcome: outcomeOf(500, text), unexpected: true }
}

/** What a log may know of a failure: a database's message and detail can quote a patient's data. */
export function traceOf(error: unknown): object {
  const { name, code, stack } = error as { name?: unknown; code?: unknown; stack?: unknown }
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : []
  return { error: name, code, at: frames.slice(0, 12).map((line) => line.trim()) }
}

/** For every route below the FHIR base. */
export const fhirErrorHandler =
  (log: Log) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const failure = failureOf(error)
    if (failure.unexpected)
      log.error({ ...traceOf(error), route: request.routeOptions.url }, 'FHIR request failed')
    reply
      .code(failure.status)
      .header('content-type', 'application/fhir+json; charset=utf-8')
      .send(JSON.stringify(failure.outcome))
  }
