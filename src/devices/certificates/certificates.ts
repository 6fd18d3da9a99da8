/** Devices' certificates as the rest of the server asks for them. */
import type { Socket } from 'node:net'
import type { Clock } from '../../platform/clock.ts'
import type { CheckResult } from '../../platform/health.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import type { RevocationReason } from '../contract.ts'
import { bySystem } from '../corrections.ts'
import type { DeviceRegistry } from '../model.ts'
import { createAuthority, type DeviceAuthority } from './authority.ts'
import { loadAuthorityKeys } from './authority-keys.ts'
import { CertificateBook, type EndedCertificate } from './book.ts'
import { Enrolment } from './enrolment.ts'
import { mayEnter, stateAt, wantingRenewal } from './life.ts'
import type { DeviceCertificate, DeviceIdentityEvent } from './model.ts'
import { type Peer, peerOf } from './peer.ts'
import { certificatesRefusal } from './problems.ts'
import { RevocationList } from './revocation-list.ts'
import { createCertificatesStore } from './store.ts'

export interface DeviceCertificatesDeps {
  readonly db: Database
  readonly devices: DeviceRegistry
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Where the authority's key is kept. */
  readonly home: string
  /** How people reach this server; the certificates name the revocation list there. */
  readonly publicUrl: () => string
  /** For the audit trail. */
  readonly onDeviceIdentity?: (event: DeviceIdentityEvent) => void
}

export interface DeviceCertificates {
  readonly authority: DeviceAuthority
  readonly enrolment: Enrolment
  /** Who is at the other end, by the certificate shown on this connection; asked anew for each sign-in. */
  peer(socket: Socket): Peer
  of(device: string): readonly DeviceCertificate[]
  /** Those that somebody should look after: ending without renewal, or ended. */
  wanting(): readonly DeviceCertificate[]
  revoke(
    serial: string,
    said: { reason: RevocationReason; note?: string; by: string },
  ): Promise<DeviceCertificate>
  /** Its connections end with it. */
  onEnded(listener: (ended: EndedCertificate) => void): () => void
  revocationList(): Promise<Buffer>
  /** Tells, once for each, of certificates that end or ended without renewal. */
  watch(): Promise<void>
  check(): CheckResult
  tell(event: Omit<DeviceIdentityEvent, 'at'>): void
}

export async function createDeviceCertificates(deps: DeviceCertificatesDeps): Promise<DeviceCertificates> {
  const { db, devices, clock, random, log, home } = deps
  const authority = createAuthority(await loadAuthorityKeys(home, clock, random), random)
  const store = createCertificatesStore(db)
  const book = new CertificateBook(store, log)
  await book.restore()
  const list = new RevocationList({ authority, clock, certificates: () => book.all() })
  const isOurs = (device: string) => devices.find(device) !== undefined && !devices.isRevoked(device)
  const crlUrl = () => `${deps.publicUrl()}/.well-known/vitalwire/devices.crl`

  function tell(event: Omit<DeviceIdentityEvent, 'at'>): void {
    const { what, device, serial, reason } = event
    const seen = what === 'refused' || what === 'ends-soon' || what === 'ended' ? 'warn' : 'info'
    log[seen]({ device, serial, reason }, `device identity: ${what}`)
    deps.onDeviceIdentity?.({ ...event, at: clock.now() })
  }
  const enrolment = new Enrolment({ store, book, authority, clock, random, isOurs, crlUrl, tell })

  async function revokeAll(
    certificates: readonly DeviceCertificate[],
    said: { readonly reason: RevocationReason; readonly note?: string; readonly by: string },
  ): Promise<void> {
    const { reason, note = null, by } = said
    await book.revoke(certificates, { at: clock.now(), reason, note, by })
    for (const { device, serial } of certificates) tell({ what: 'revoked', device, serial, by, reason })
  }

  // A device that is gone for good takes its certificates and its open code along.
  devices.onChange(({ device, change }) => {
    if (change !== 'revoked') return
    const open = book.of(device).filter((one) => mayEnter(one, clock.now()))
    const said = { reason: 'cessation-of-operation', by: bySystem.actor } as const
    Promise.all([revokeAll(open, said), store.dropCode(device)]).catch((error: Error) =>
      log.error({ device, error: error.message }, 'the certificates of a revoked device were not revoked'),
    )
  })

  const wanting = () => wantingRenewal(book.all(), clock.now()).filter(({ device }) => isOurs(device))

  return {
    authority,
    enrolment,
    tell,
    peer: (socket) => peerOf(socket, { book, devices, now: () => clock.now() }),
    of: (device) => book.of(device),
    wanting,
    async revoke(serial, said) {
      const certificate = book.find(serial)
      if (!certificate) throw certificatesRefusal('certificate-unknown')
      // One that has ended may be: then nobody waits for its renewal any more.
      if (certificate.revokedAt !== null) throw certificatesRefusal('certificate-revoked')
      await revokeAll([certificate], said)
      return certificate
    },
    onEnded: (listener) => book.onEnded(listener),
    revocationList: () => list.current(),
    async watch() {
      const now = clock.now()
      for (const one of wanting()) {
        const what = stateAt(one, now) === 'ended' ? 'ended' : 'ends-soon'
        if ((what === 'ended' ? one.endedToldAt : one.endToldAt) !== null) continue
        await book.told(one, what, now)
        tell({ what, device: one.device, serial: one.serial, by: bySystem.actor })
      }
    },
    check() {
      const open = wanting()
      if (open.length === 0) return { state: 'ok' }
      const ended = open.filter((one) => stateAt(one, clock.now()) === 'ended').length
      const detail = `${open.length - ended} certificates of devices end soon without renewal, ${ended} have ended`
      return { state: 'degraded', detail }
    },
  }
}
