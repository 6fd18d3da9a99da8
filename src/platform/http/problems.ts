/** The one place where an error becomes an answer. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, ProblemError } from '../../kernel/problem.ts'
import type { Log } from '../log.ts'
import { fhirJson, operationOutcome } from './operation-outcome.ts'

/** What Fastify itself refuses, in our words; whatever else it refuses with 4xx keeps its status. */
const refusals: Readonly<Record<string, { readonly code: string; readonly message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body-too-large', message: 'The body is larger than this path takes.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'media-type-not-supported',
    message: 'This path does not take that Content-Type.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'body-empty', message: 'The body is empty; it must be JSON.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'body-not-json', message: 'The body is not JSON.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'content-length-wrong',
    message: 'The body is not as long as Content-Length says.',
  },
}

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return error.problem
  const { code, statusCode, validation } = error as Partial<FastifyError>
  if (validation?.[0]) {
    const { instancePath, message } = validation[0]
    return {
      code: 'request-not-valid',
      status: 400,
      message: `The request ${message ?? 'is not valid'}.`,
      where: instancePath || '/',
    }
  }
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined
  const refusal = refusals[code ?? ''] ?? { code: 'request-refused', message: 'The request was refused.' }
  return { ...refusal, status: statusCode }
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // RFC 9110 §11.6.1: a 401 names a scheme. Bearer, so that no browser opens its own password window.
  if (problem.status === 401 && !reply.hasHeader('www-authenticate')) {
    reply.header('www-authenticate', 'Bearer realm="vitalwire"')
  }
  return reply
    .code(problem.status)
    .type(fhirJson)
    .send(JSON.stringify(operationOutcome(problem)))
}

/** Expected problems as they are; anything else is a bug: logged with the request's id, told without its inside. */
export const errorHandler =
  (log: Log) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemOf(error)
    if (problem && problem.status < 500) return sendProblem(reply, problem)
    log.error({ request: request.id, route: request.routeOptions.url, error }, 'request failed')
    return sendProblem(
      reply,
      problem ?? {
        code: 'internal-error',
        status: 500,
        message: `Something failed here; the log has it under request ${request.id}.`,
      },
    )
  }

export const notFoundProblem: Problem = {
  code: 'path-not-found',
  status: 404,
  message: 'There is nothing at this path with this method.',
}
