import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { z } from 'zod'
import type { Random } from '../platform/random.ts'

export interface IdentityKeys {
  /** Private signing keys: RSA for RS256 and RS384, P-384 for ES384. */
  readonly jwks: { readonly keys: readonly JWK[] }
  /** Sign the session cookies; the first signs, all verify. */
  readonly cookieKeys: readonly string[]
  /** Seals secrets that are read again, see sealed.ts; 32 bytes, base64url. */
  readonly sealKey: string
}

const fileSchema = z.object({
  jwks: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })).min(1) }),
  cookieKeys: z.array(z.string().min(32)).min(1),
  // A file from before there was one gets it at the next start.
  sealKey: z.string().length(43).optional(),
})

async function generate(random: Random): Promise<IdentityKeys> {
  const rsa = await generateKeyPair('RS256', { extractable: true, modulusLength: 3072 })
  const ec = await generateKeyPair('ES384', { extractable: true })
  return {
    jwks: {
      keys: [
        { ...(await exportJWK(rsa.privateKey)), kid: random.secret(12), use: 'sig' },
        { ...(await exportJWK(ec.privateKey)), kid: random.secret(12), use: 'sig', alg: 'ES384' },
      ],
    },
    cookieKeys: [random.secret(32)],
    sealKey: random.secret(32),
  }
}

/** The keys under `<home>/keys/identity.json` (mode 0600), made at the first start. */
export async function loadKeys(home: string, random: Random): Promise<IdentityKeys> {
  const folder = join(home, 'keys')
  const file = join(folder, 'identity.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  const kept = text === undefined ? undefined : (fileSchema.parse(JSON.parse(text)) as Partial<IdentityKeys>)
  if (kept?.sealKey !== undefined) return kept as IdentityKeys

  const keys = kept ? { ...(kept as IdentityKeys), sealKey: random.secret(32) } : await generate(random)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Whole or not at all: a start that dies here must not leave half a key for the next one.
  const draft = `${file}.${random.secret(6)}`
  await writeFile(draft, JSON.stringify(keys), { mode: 0o600, flag: 'wx', flush: true })
  await rename(draft, file)
  return keys
}
