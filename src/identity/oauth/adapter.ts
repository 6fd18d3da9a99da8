import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import { msFromMicros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import {
  type Artifact,
  consumeArtifact,
  deleteArtifact,
  deleteByGrant,
  type Ended,
  findArtifact,
  insertOnce,
  upsertArtifact,
} from '../store/artifacts.ts'

interface AdapterDeps {
  readonly db: Database
  readonly clock: Clock
  readonly findClientMetadata: (id: string) => Promise<AdapterPayload | undefined>
  /** Called after something was taken away that a bearer may still hold. */
  readonly onRevoked: (from: readonly Ended[]) => void
}

/** Where no lifetime is given (grants without end), what is kept goes after this long. */
const longestLifeS = 400 * 86_400

/** The models whose value opens a door. */
const bearers = new Set(['AccessToken', 'ClientCredentials', 'Session'])

/** The value that the bearer holds is not kept, nor the session cookie's that a sign-in remembers and nobody reads. */
function withoutSecrets({ jti: _value, session, ...rest }: AdapterPayload): AdapterPayload {
  if (session === undefined) return rest
  const { cookie: _cookie, ...kept } = session
  return { ...rest, session: kept as typeof session }
}

/** The authorisation server's storage, all models in one table; clients come from the registry. */
export function createAdapter(deps: AdapterDeps): (model: string) => Adapter {
  const { db, clock, onRevoked } = deps
  const now = () => new Date(msFromMicros(clock.now()))
  const read = (artifact: Artifact | undefined, jti?: string): AdapterPayload | undefined =>
    artifact && {
      ...artifact.payload,
      ...(jti === undefined ? {} : { jti }),
      ...(artifact.consumedAt ? { consumed: Math.floor(artifact.consumedAt.getTime() / 1_000) } : {}),
    }

  return (model) => ({
    async upsert(id, payload, expiresInS) {
      const kept = withoutSecrets(payload)
      const expiresAt = new Date(now().getTime() + (expiresInS ?? longestLifeS) * 1_000)
      if (model !== 'ReplayDetection') return upsertArtifact(db, model, id, kept, expiresAt)
      if (await insertOnce(db, model, id, kept, expiresAt)) return undefined
      throw new errors.InvalidClientAuth('client assertion tokens must only be used once')
    },
    async find(id) {
      if (model === 'Client') return deps.findClientMetadata(id)
      return read(await findArtifact(db, model, 'id', id), id)
    },
    // Who only knows the uid does not learn the cookie's value.
    findByUid: async (uid) => read(await findArtifact(db, model, 'uid', uid)),
    findByUserCode: async (userCode) => read(await findArtifact(db, model, 'user_code', userCode)),
    async consume(id) {
      // Two requests with one code or refresh token: the second is a theft, not a race to be won.
      if (!(await consumeArtifact(db, model, id, now()))) throw new errors.InvalidGrant('already used')
    },
    async destroy(id) {
      const ended = await deleteArtifact(db, model, id)
      if (bearers.has(model)) onRevoked(ended)
    },
    async revokeByGrantId(grantId) {
      const ended = await deleteByGrant(db, model, grantId)
      if (bearers.has(model)) onRevoked(ended)
    },
  })
}
