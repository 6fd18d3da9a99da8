import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { base64url, exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import type { Random } from '../platform/random.ts'
import type { NoteSigner } from './note/note.ts'
import { signatureTypes, type VerifierKey, verifierKey } from './note/vkey.ts'

export interface LedgerKeys {
  /** Names this log among all others, in each checkpoint's first line. */
  readonly origin: string
  readonly signer: NoteSigner
  /** The signer's, and those that signed before it. */
  readonly verifiers: readonly VerifierKey[]
}

const jwkSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().length(43),
  d: z.string().length(43),
})
const fileSchema = z.object({
  origin: z.string().regex(/^[^\s+]+$/),
  /** The first signs; all verify. */
  keys: z.array(jwkSchema).min(1),
})
type KeyFile = z.infer<typeof fileSchema>

async function generate(random: Random): Promise<KeyFile> {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true })
  return {
    origin: `vitalwire/ledger/${random.secret(9)}`,
    keys: [jwkSchema.parse(await exportJWK(privateKey))],
  }
}

const folderIn = (home: string) => join(home, 'keys')
const fileIn = (home: string) => join(folderIn(home), 'ledger.json')

/** The log's name and keys under `<home>/keys/ledger.json` (mode 0600); undefined: none were made yet. */
export async function readLedgerKeys(home: string): Promise<LedgerKeys | undefined> {
  const text = await readFile(fileIn(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : opened(fileSchema.parse(JSON.parse(text)))
}

/** As `readLedgerKeys`; they are made at the first start. */
export async function loadLedgerKeys(home: string, random: Random): Promise<LedgerKeys> {
  const kept = await readLedgerKeys(home)
  if (kept) return kept
  const made = await generate(random)
  await mkdir(folderIn(home), { recursive: true, mode: 0o700 })
  // Whole or not at all: a log that lost its key can never be continued.
  const draft = `${fileIn(home)}.${random.secret(6)}`
  await writeFile(draft, JSON.stringify(made), { mode: 0o600, flag: 'wx', flush: true })
  await rename(draft, fileIn(home))
  return opened(made)
}

async function opened({ origin, keys }: KeyFile): Promise<LedgerKeys> {
  const verifiers = keys.map(({ x }) =>
    verifierKey(origin, signatureTypes.ed25519, Uint8Array.from(base64url.decode(x))),
  )
  const secret = await crypto.subtle.importKey('jwk', keys[0]!, 'Ed25519', false, ['sign'])
  const signer: NoteSigner = {
    key: verifiers[0]!,
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', secret, message)),
  }
  return { origin, signer, verifiers }
}
