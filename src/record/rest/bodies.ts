/** Bodies at the FHIR edge: JSON in its FHIR names, and forms for `_search`. */
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../../kernel/problem.ts'

export const bodyLimitBytes = 16 * 1024 * 1024
const maxDepth = 64

const jsonTypes = ['application/fhir+json', 'application/json', 'application/json-patch+json'] as const

/** Holds for the plugin's own routes only. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  const options = { parseAs: 'string', bodyLimit: bodyLimitBytes } as const
  app.addContentTypeParser([...jsonTypes], options, async (_request: unknown, text: string) =>
    parseJson(text),
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    options,
    async (_request: unknown, text: string) => {
      const form: Record<string, string[]> = {}
      for (const [key, value] of new URLSearchParams(text)) form[key] = [...(form[key] ?? []), value]
      return form
    },
  )
}

/** @throws ProblemError 400 */
export function parseJson(text: string): unknown {
  if (text === '') return undefined
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw new ProblemError({
      code: 'json-invalid',
      status: 400,
      // The parser's own words quote the body; the place is enough.
      message: `The body is not JSON${/at position \d+/.exec((error as Error).message)?.[0].replace(/^/, ' ') ?? ''}.`,
    })
  }
  if (depthExceeds(body, maxDepth))
    throw new ProblemError({
      code: 'json-too-deep',
      status: 400,
      message: `The body is nested deeper than ${maxDepth} levels.`,
    })
  return body
}

function depthExceeds(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (limit === 0) return true
  return Object.values(value).some((item) => depthExceeds(item, limit - 1))
}
