import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { DeviceCertificateView, DeviceIdentityView, DeviceSecretView } from '../contract.ts'
import type { Device, DeviceRegistry } from '../model.ts'
import { endsSoonFrom, renewsFrom, stateAt } from './life.ts'
import type { DeviceCertificate } from './model.ts'

export interface IdentityViewDeps {
  readonly devices: Pick<DeviceRegistry, 'credential' | 'isRevoked'>
  readonly certificatesOf: (device: string) => readonly DeviceCertificate[]
  readonly now: Micros
}

/** How one device proves who it is, the newest certificate first. */
export function identityView(device: Device, deps: IdentityViewDeps): DeviceIdentityView {
  const { devices, now } = deps
  const certificates = [...deps.certificatesOf(device.id)].sort((a, b) => b.notAfter - a.notAfter)
  const lastToEnd = certificates.find(({ revokedAt }) => revokedAt === null)
  const isRevoked = devices.isRevoked(device.id)
  return {
    ...{ id: device.id, name: device.name, revoked: isRevoked, secret: secretView(device.id, devices) },
    certificates: certificates.map((one) => certificateView(one, now, one !== lastToEnd)),
    wantsRenewal: !isRevoked && lastToEnd !== undefined && now >= endsSoonFrom(lastToEnd),
  }
}

function secretView(device: string, devices: IdentityViewDeps['devices']): DeviceSecretView | null {
  const secret = devices.credential(device)
  if (!secret) return null
  const { current, previous } = secret
  const lastUsedAt = current.lastUsedAt ?? previous?.lastUsedAt ?? null
  return {
    issuedAt: isoFromMicros(current.issuedAt),
    lastUsedAt: lastUsedAt === null ? null : isoFromMicros(lastUsedAt),
    previousUntil: previous?.validUntil ? isoFromMicros(previous.validUntil) : null,
  }
}

function certificateView(one: DeviceCertificate, now: Micros, renewed: boolean): DeviceCertificateView {
  const { serial, obtainedBy, revokedAt, revokedReason } = one
  return {
    ...{ serial, obtainedBy, state: stateAt(one, now) },
    fingerprint: one.fingerprintSha256.toString('hex'),
    notBefore: isoFromMicros(one.notBefore),
    notAfter: isoFromMicros(one.notAfter),
    renewsFrom: isoFromMicros(renewsFrom(one)),
    renewed: renewed && revokedAt === null,
    revoked:
      revokedAt === null || revokedReason === null
        ? null
        : { at: isoFromMicros(revokedAt), reason: revokedReason, note: one.revokedNote },
  }
}
