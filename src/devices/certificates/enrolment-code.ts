import type { Random } from '../../platform/random.ts'
import { sha256 } from '../credentials.ts'

/** Crockford's base 32: nothing in it is taken for something else, read out or copied from paper. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const misread: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }

/** 80 bits in four groups of four: out of reach for guessing within an hour, and short enough to type. */
const codeBytes = 10

export function newEnrolmentCode(random: Random): string {
  let bits = BigInt(`0x${Buffer.from(random.secret(codeBytes), 'base64url').toString('hex')}`)
  let code = ''
  for (let at = 0; at < (codeBytes * 8) / 5; at++) {
    code += letters[Number(bits & 31n)]
    bits >>= 5n
  }
  return code.replace(/(.{4})(?=.)/g, '$1-')
}

/** The hash it is kept as, whatever the hyphens, spaces and case it came with. */
export const codeSha256 = (code: string): Buffer =>
  sha256(
    code
      .toUpperCase()
      .replace(/[\s-]/g, '')
      .replace(/[OIL]/g, (letter) => misread[letter] ?? letter),
  )
