import { hash, timingSafeEqual } from 'node:crypto'

/** What is stored of a long random secret. */
export const sha256 = (secret: string): string => hash('sha256', secret, 'base64url')

/** Compares two digests of equal length without telling where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
