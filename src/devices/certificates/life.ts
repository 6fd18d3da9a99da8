/** Where a certificate stands in its life. Pure. */
import type { Micros } from '../../kernel/time.ts'
import type { CertificateState } from '../contract.ts'
import type { DeviceCertificate } from './model.ts'

type Lived = Pick<DeviceCertificate, 'notBefore' | 'notAfter' | 'revokedAt'>

const partOf = ({ notBefore, notAfter }: Lived, part: number): Micros =>
  Math.round(notBefore + (notAfter - notBefore) * part) as Micros

/** A device renews from here on: two thirds of the life, 60 of 90 days. */
export const renewsFrom = (certificate: Lived): Micros => partOf(certificate, 2 / 3)

/** Half of the time for renewing has passed without it: somebody should look. 75 of 90 days. */
export const endsSoonFrom = (certificate: Lived): Micros => partOf(certificate, 5 / 6)

export function stateAt(certificate: Lived, now: Micros): CertificateState {
  if (certificate.revokedAt !== null) return 'revoked'
  if (now >= certificate.notAfter) return 'ended'
  return now >= endsSoonFrom(certificate) ? 'ends-soon' : 'valid'
}

export const mayEnter = (certificate: Lived, now: Micros): boolean =>
  certificate.revokedAt === null && now >= certificate.notBefore && now < certificate.notAfter

/**
 * The certificates that a device will be without, or is: of each device only the last to end counts, where it was not
 * taken away on purpose.
 */
export function wantingRenewal(
  certificates: Iterable<DeviceCertificate>,
  now: Micros,
): readonly DeviceCertificate[] {
  const last = new Map<string, DeviceCertificate>()
  for (const one of certificates) {
    const before = last.get(one.device)
    if (one.revokedAt === null && (!before || one.notAfter > before.notAfter)) last.set(one.device, one)
  }
  return [...last.values()].filter((one) => now >= endsSoonFrom(one))
}
