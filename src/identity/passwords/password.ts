import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from '../../platform/random.ts'

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. */
const current = { memoryKiB: 19_456, passes: 2, lanes: 1 } as const
const tagBytes = 32

interface Work {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

const derive = promisify(argon2)
const tag = (password: string, salt: Buffer, work: Work): Promise<Buffer> =>
  derive('argon2id', {
    // Typed on different keyboards, one letter can have several encodings; NFKC makes them one (RFC 8265).
    message: password.normalize('NFKC'),
    nonce: salt,
    parallelism: work.lanes,
    tagLength: tagBytes,
    memory: work.memoryKiB,
    passes: work.passes,
  })

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** The hash in PHC string form, its parameters recorded in it. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = Buffer.from(random.secret(16), 'base64url')
  const hash = await tag(password, salt, current)
  const { memoryKiB, passes, lanes } = current
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${base64(salt)}$${base64(hash)}`
}

/** A hash no password matches, at the current cost: work for accounts that do not exist. */
export const unmatchable = `$argon2id$v=19$m=${current.memoryKiB},t=${current.passes},p=${current.lanes}$${base64(
  Buffer.alloc(16),
)}$${base64(Buffer.alloc(tagBytes))}`

export async function verifyPassword(
  password: string,
  stored: string,
): Promise<{
  readonly matches: boolean /** Made at another cost: hash anew. */
  readonly outdated: boolean
}> {
  const match = phc.exec(stored)
  if (!match) return { matches: false, outdated: false }
  const [, memory, passes, lanes, salt, expected] = match
  const work = { memoryKiB: Number(memory), passes: Number(passes), lanes: Number(lanes) }
  const actual = await tag(password, Buffer.from(salt!, 'base64'), work)
  const wanted = Buffer.from(expected!, 'base64')
  return {
    matches: wanted.length === actual.length && timingSafeEqual(wanted, actual),
    outdated:
      work.memoryKiB !== current.memoryKiB || work.passes !== current.passes || work.lanes !== current.lanes,
  }
}
