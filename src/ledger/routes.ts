/** The log over HTTP. All but proofs asked by key is public: it holds nothing of anyone. */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { base64 } from './bytes.ts'
import type { ConsistencyView, EntryView, ProofView } from './contract.ts'
import type { Ledger } from './ledger.ts'
import { parseTilePath } from './merkle/tile-path.ts'
import type { LedgerRow } from './model.ts'
import { noteText } from './note/note.ts'
import { type TlogProof, tlogProofText } from './note/tlog-proof.ts'
import { vkeyText } from './note/vkey.ts'
import { problems } from './problems.ts'
import type { KeptEntry } from './store/entries.ts'

export interface LedgerRoutesDeps {
  readonly ledger: Ledger
  /**
   * Whether the caller may read the row of that key.
   * @throws ProblemError 401 where nobody is signed in
   */
  mayRead(request: FastifyRequest, key: string): Promise<boolean>
  /** The row as it is in the database now. */
  rowOf(kind: EntryView['kind'], key: string): Promise<Pick<LedgerRow, 'content'> | undefined>
  /** Whose data the answer holds; undefined: nothing of anyone. */
  onGiven(
    request: FastifyRequest,
    given: { readonly patients: readonly string[]; readonly what: readonly string[] } | undefined,
  ): void
}

const isPublic = {
  config: { audit: { gives: 'nothing', because: 'the log holds nothing of anyone' } },
} as const

const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const checkpointQuery = z.object({ size: count.optional() })
const proofQuery = z
  .object({ index: count.optional(), key: z.string().min(1).max(200).optional(), size: count.optional() })
  .refine(({ index, key }) => (index === undefined) !== (key === undefined), 'give either index or key')
const consistencyQuery = z
  .object({ from: count, to: count })
  .refine(({ from, to }) => from <= to, 'from must not be greater than to')

function parse<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw problems.badQuery(`${issue.path.join('.') || 'query'}: ${issue.message}`, issue.path.join('.'))
}

const cacheFor = { seconds: 'public, max-age=2', ever: 'public, max-age=31536000, immutable' } as const
const plain = 'text/plain; charset=utf-8'
const wantsJson = (request: FastifyRequest) => /\bapplication\/json\b/.test(request.headers.accept ?? '')

const proofView = (proof: TlogProof & { readonly leaf: Uint8Array }): ProofView => ({
  index: proof.index,
  size: proof.checkpoint.size,
  hashes: proof.hashes.map(base64),
  leaf: base64(proof.leaf),
  checkpoint: noteText(proof.note),
})

const entryView = (entry: KeptEntry, content: string | undefined): EntryView => ({
  kind: entry.kind,
  key: entry.key,
  atUs: entry.atUs,
  patients: entry.patients,
  adopted: entry.adopted,
  salt: base64(entry.salt),
  ...(content === undefined ? {} : { content }),
})

export function ledgerRoutes(deps: LedgerRoutesDeps): FastifyPluginAsync {
  const { ledger } = deps
  return async (app) => {
    app.get('/ledger/checkpoint', isPublic, async (request, reply) => {
      const { size } = parse(checkpointQuery, request.query)
      const { note } = await ledger.requireCheckpoint(size)
      return reply.type(plain).header('cache-control', cacheFor.seconds).send(noteText(note))
    })

    app.get('/ledger/keys', isPublic, async (_request, reply) =>
      reply
        .type(plain)
        .header('cache-control', cacheFor.seconds)
        .send(ledger.verifiers.map((key) => `${vkeyText(key)}\n`).join('')),
    )

    app.get('/ledger/tile/*', isPublic, async (request, reply) => {
      const path = parseTilePath((request.params as { '*': string })['*'])
      const bytes = path && (await ledger.tile(path))
      if (!bytes) throw problems.unknownTile()
      return reply
        .type('application/octet-stream')
        .header('cache-control', cacheFor.ever)
        .send(Buffer.from(bytes))
    })

    app.get('/ledger/consistency', isPublic, async (request): Promise<ConsistencyView> => {
      const { from, to } = parse(consistencyQuery, request.query)
      return { from, to, hashes: (await ledger.consistency(from, to)).map(base64) }
    })

    app.get('/ledger/proof', { config: { audit: { gives: 'patient-data' } } }, async (request, reply) => {
      const { index, key, size } = parse(proofQuery, request.query)
      if (key !== undefined) return proofOfKey(deps, key, size, request, reply)
      const proof = await ledger.inclusion(index!, size)
      deps.onGiven(request, undefined)
      if (wantsJson(request)) return proofView(proof)
      return reply.type(plain).send(tlogProofText(proof))
    })

    await app.register(cosignatureRoute, { ledger })
  }
}

async function proofOfKey(
  { ledger, mayRead, rowOf, onGiven }: LedgerRoutesDeps,
  key: string,
  size: number | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const entry = (await mayRead(request, key)) ? await ledger.entry(key) : undefined
  if (!entry) throw problems.unknownKey()
  const proof = await ledger.inclusion(entry.leaf, size)
  onGiven(request, { patients: entry.patients, what: [key] })
  if (!wantsJson(request)) return reply.type(plain).send(tlogProofText(proof))
  const row = await rowOf(entry.kind, key)
  return { ...proofView(proof), entry: entryView(entry, row?.content) }
}

const mostCosignatureBytes = 65_536

/** In a scope of its own: here alone the body is a note and nothing else. */
const cosignatureRoute: FastifyPluginAsync<{ readonly ledger: Ledger }> = async (app, { ledger }) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'text/plain',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => body,
  )
  app.post('/ledger/cosignatures', { ...isPublic, bodyLimit: mostCosignatureBytes }, async (request) => ({
    kept: await ledger.cosign(request.body as string),
  }))
}
