/** Time-based one-time passwords, RFC 6238, as every authenticator app makes them: SHA-1, six digits, 30 seconds. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { base32 } from './base32.ts'

export const stepS = 30
/** RFC 4226 4, R6: at least 128 bits, 160 are recommended. */
export const secretBytes = 20
/** RFC 6238 5.2: one step for the way and a clock that is a little off, on either side. */
const toleranceSteps = 1

export interface TotpForm {
  readonly digits: number
  readonly algorithm: 'sha1' | 'sha256' | 'sha512'
}
const form: TotpForm = { digits: 6, algorithm: 'sha1' }

export const stepAt = (atMs: number): number => Math.floor(atMs / 1_000 / stepS)

export function totpCode(secret: Uint8Array, step: number, { digits, algorithm } = form): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac(algorithm, secret).update(counter).digest()
  // RFC 4226 5.3, dynamic truncation: the last four bits say where.
  const offset = mac[mac.length - 1]! & 15
  const value = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(value % 10 ** digits).padStart(digits, '0')
}

/** The step whose code this is, later than `lastStep`; undefined for a wrong code and for one that was used. */
export function matchTotp(
  secret: Uint8Array,
  code: string,
  atMs: number,
  lastStep: number,
): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const given = Buffer.from(code)
  const now = stepAt(atMs)
  let match: number | undefined
  // All are compared, so that the time taken does not tell which it was.
  for (let step = Math.max(0, now - toleranceSteps); step <= now + toleranceSteps; step += 1) {
    const same = timingSafeEqual(given, Buffer.from(totpCode(secret, step)))
    if (same && step > lastStep) match = step
  }
  return match
}

/** What the QR code says, in the form that authenticator apps read. */
export function totpUri(secret: Uint8Array, account: string): string {
  const issuer = 'Vitalwire'
  const label = `${issuer}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${issuer}&algorithm=SHA1&digits=6&period=${stepS}`
}
