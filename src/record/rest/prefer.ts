/** What the client prefers. https://hl7.org/fhir/R4/http.html#ops */
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../../kernel/problem.ts'

export interface Preferences {
  readonly strict: boolean
  readonly return: 'minimal' | 'representation' | 'OperationOutcome'
}

const returns = ['minimal', 'representation', 'OperationOutcome'] as const

/** @throws ProblemError 406 where only a format is accepted that is not offered */
export function preferencesOf(request: FastifyRequest): Preferences {
  refuseOtherFormats(request)
  const prefer = [request.headers['prefer'] ?? []].flat().join(';')
  const wanted = /return=([A-Za-z]+)/.exec(prefer)?.[1]
  return {
    strict: /handling=strict/.test(prefer),
    return: returns.find((one) => one === wanted) ?? 'representation',
  }
}

function refuseOtherFormats(request: FastifyRequest): void {
  const format = (request.query as Record<string, unknown> | undefined)?.['_format']
  const asked = typeof format === 'string' ? format : (request.headers.accept ?? '')
  const accepts = asked.split(',').map((part) => part.split(';')[0]?.trim() ?? '')
  if (accepts.some((type) => type === '' || type.endsWith('/*') || /json|html/.test(type))) return
  throw new ProblemError({
    code: 'format-not-offered',
    status: 406,
    message: 'FHIR is served as JSON here: application/fhir+json.',
  })
}
