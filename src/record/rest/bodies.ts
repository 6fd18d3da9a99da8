/** Bodies at the FHIR edge: JSON in its FHIR names, and forms for `_search`. */
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../../kernel/problem.ts'

export const bodyLimitBytes = 16 * 1024 * 1024
const maxDepth = 64

const jsonTypes = ['application/fhir+json', 'application/json', 'application/json-patch+json'] as const

/** Holds for the plugin's own routes only. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
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
  const fault = faultOf(body, maxDepth)
  if (fault !== undefined) throw new ProblemError({ code: 'json-refused', status: 400, message: fault })
  return body
}

/** Depth is bounded for everything that walks a resource; PostgreSQL's text holds no NUL. */
function faultOf(value: unknown, depthLeft: number): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? 'The body holds the character NUL.' : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (depthLeft === 0) return `The body is nested deeper than ${maxDepth} levels.`
  for (const item of Object.values(value)) {
    const fault = faultOf(item, depthLeft - 1)
    if (fault !== undefined) return fault
  }
  return undefined
}
