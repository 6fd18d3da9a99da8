import { z } from 'zod'
import { ProblemError } from '../kernel/problem.ts'
import { isPurposeOfUse, type PurposeOfUse } from '../kernel/purpose.ts'
import { msFromMicros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import { sha256 } from './digest.ts'
import { type NewClient, webClientId } from './model.ts'
import { parseScope } from './scopes.ts'
import { insertClient } from './store/clients.ts'

interface ClientDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
}

const secretMinimum = 24
const isPublicKey = (key: Record<string, unknown>) =>
  (key['kty'] === 'RSA' || key['kty'] === 'EC') && key['d'] === undefined

const newClient = z.object({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .refine((id) => id !== webClientId, 'is the name of the web app'),
  name: z.string().min(1).max(200).optional(),
  secret: z.string().min(secretMinimum, `must have at least ${secretMinimum} characters`).max(256).optional(),
  jwks: z
    .object({
      keys: z
        .array(z.record(z.string(), z.unknown()).refine(isPublicKey, 'must be a public RSA or EC key'))
        .min(1)
        .max(8),
    })
    .optional(),
  scopes: z
    .array(z.string().refine((scope) => parseScope(scope) !== undefined, 'is not a SMART scope'))
    .max(500),
  purpose: z.string().refine(isPurposeOfUse, 'is no code of PurposeOfUse').default('HOPERAT'),
  redirectUris: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(20)
    .optional(),
})

/** @throws ProblemError 422 naming what is wrong, 409 where the id is taken. */
export async function createClient(
  { db, clock, random }: ClientDeps,
  given: NewClient,
): Promise<{ readonly id: string; readonly secret?: string }> {
  const parsed = newClient.safeParse(given)
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
    throw new ProblemError({
      code: 'client-invalid',
      status: 422,
      message: `This client cannot be registered: ${fields.join('; ')}.`,
    })
  }
  const { id, name, jwks, scopes, purpose, redirectUris } = parsed.data
  const needsSecret = jwks === undefined && redirectUris === undefined
  const secret = parsed.data.secret ?? (needsSecret ? random.secret(32) : undefined)
  const made = await insertClient(
    db,
    {
      id,
      name: name ?? id,
      scopes,
      purpose: purpose as PurposeOfUse,
      redirectUris: redirectUris ?? [],
      jwks: jwks ?? null,
      secretSha256: secret === undefined ? null : sha256(secret),
      disabled: false,
    },
    new Date(msFromMicros(clock.now())),
  )
  if (!made) {
    throw new ProblemError({
      code: 'client-exists',
      status: 409,
      message: `There is already a client with the id ${id}.`,
    })
  }
  return secret === undefined ? { id } : { id, secret }
}
