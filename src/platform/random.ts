import { randomBytes, randomUUID } from 'node:crypto'

/** Randomness passed in, so that tests can fix it. */
export interface Random {
  uuid(): string
  /** URL-safe secret of `bytes` random bytes. */
  secret(bytes: number): string
}

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
}
