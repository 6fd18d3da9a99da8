/** The paths of devices' certificates on the fake server: one of each state, and a code that opens nothing. */
import type {
  CertificateState,
  DeviceCertificatesView,
  DeviceCertificateView,
  DeviceIdentityView,
  EnrolmentCode,
} from '../../src/devices/contract.ts'

const dayMs = 86_400_000
const iso = (ms: number): string => new Date(ms).toISOString()
const hex = (seed: string, length: number): string =>
  Buffer.from(seed.repeat(length)).toString('hex').slice(0, length)

function certificate(nowMs: number, state: CertificateState, daysLeft: number): DeviceCertificateView {
  const from = nowMs - (90 - daysLeft) * dayMs
  return {
    ...{ state, serial: `01${hex(state, 32)}`, fingerprint: hex(state, 64), obtainedBy: 'code' },
    ...{ notBefore: iso(from), notAfter: iso(from + 90 * dayMs), renewsFrom: iso(from + 60 * dayMs) },
    renewed: false,
    revoked:
      state === 'revoked'
        ? { at: iso(nowMs - dayMs), reason: 'key-compromise', note: 'Not found after the move to ward 4' }
        : null,
  }
}

const device = (nowMs: number, id: string, about: Partial<DeviceIdentityView>): DeviceIdentityView => ({
  ...{ id, name: `Bedside monitor ${id.slice(-2)}`, revoked: false, certificates: [], wantsRenewal: false },
  secret: { issuedAt: iso(nowMs - 200 * dayMs), lastUsedAt: iso(nowMs - dayMs / 20), previousUntil: null },
  ...about,
})

function certificates(nowMs: number): DeviceCertificatesView {
  const with1 = (state: CertificateState, daysLeft: number) => [certificate(nowMs, state, daysLeft)]
  return {
    devices: [
      device(nowMs, 'monitor-01', { certificates: with1('valid', 71), secret: null }),
      device(nowMs, 'monitor-02', { certificates: with1('ends-soon', 6), wantsRenewal: true }),
      device(nowMs, 'monitor-03', { certificates: with1('ended', -3), wantsRenewal: true }),
      device(nowMs, 'monitor-04', { certificates: with1('revoked', 40) }),
      device(nowMs, 'monitor-05', {}),
      device(nowMs, 'monitor-06', { certificates: [certificate(nowMs, 'valid', 88)], revoked: true }),
    ],
    authority: { fingerprint: hex('authority', 64), endsAt: iso(nowMs + 3_000 * dayMs) },
    ...{ mqttsPort: 8_883, httpsPort: 8_443 },
  }
}

export function deviceCertificatesAnswer(path: string, nowMs: number): unknown {
  if (path === '/api/device-certificates') return certificates(nowMs)
  const [, id] = /^\/api\/devices\/([^/]+)\/enrolment-code$/.exec(path) ?? []
  if (id === undefined) return undefined
  const code: EnrolmentCode = { device: id, code: 'K7QX-02MB-9TZE-4HWR', endsAt: iso(nowMs + dayMs / 24) }
  return code
}
