import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { problems } from './problems.ts'

export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const outcome = schema.safeParse(value)
  if (outcome.success) return outcome.data
  const issue = outcome.error.issues[0]!
  const where = issue.path.join('.')
  throw problems.invalid(`${where === '' ? 'The request' : where}: ${issue.message}`, where)
}

const ofPatient = z.object({ id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be an id') })

/** The patient of the path; whether the caller may know of them is asked elsewhere. */
export const patientOf = (request: FastifyRequest): string => parsed(ofPatient, request.params).id
