import type { Random } from '../../platform/random.ts'
import { sha256 } from '../digest.ts'
import { base32 } from './base32.ts'

const recoveryCodeCount = 10
/** 80 bits: too many to guess at any rate, so the digest needs no salt and no work factor. */
const codeBytes = 10

/** Four groups of four letters, as people copy them: `ABCD-EFGH-2345-67AB`. */
export function makeRecoveryCodes(random: Random): readonly string[] {
  return Array.from({ length: recoveryCodeCount }, () =>
    base32(Buffer.from(random.secret(codeBytes), 'base64url')).replace(/(.{4})(?=.)/g, '$1-'),
  )
}

/** What is stored of it and compared; undefined: it cannot be one. However it was typed: case, spaces and dashes. */
export function recoveryCodeDigest(typed: string): string | undefined {
  const plain = typed.toUpperCase().replaceAll(/[\s-]/g, '')
  return /^[A-Z2-7]{16}$/.test(plain) ? sha256(plain) : undefined
}
