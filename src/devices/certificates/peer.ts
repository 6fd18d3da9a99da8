import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Micros } from '../../kernel/time.ts'
import { sha256Of } from '../credentials.ts'
import type { Device, DeviceRegistry } from '../model.ts'
import type { CertificateBook } from './book.ts'
import { mayEnter } from './life.ts'
import type { DeviceCertificate } from './model.ts'

/** What a connection shows of the device behind it. */
export type Peer =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'device'; readonly device: Device; readonly certificate: DeviceCertificate }

interface PeerDeps {
  readonly book: CertificateBook
  readonly devices: Pick<DeviceRegistry, 'find' | 'isRevoked'>
  readonly now: () => Micros
}

const refusedFor = (why: string): Peer => ({ kind: 'refused', why })

/** Chain and purpose were checked in the handshake; whether it still holds is asked of the registry, now. */
export function peerOf(socket: Socket, { book, devices, now }: PeerDeps): Peer {
  if (!(socket instanceof TLSSocket)) return { kind: 'none' }
  const shown = socket.getPeerX509Certificate()
  if (!shown) return { kind: 'none' }
  // A word of the TLS library, such as CERT_HAS_EXPIRED.
  if (!socket.authorized) return refusedFor(`${socket.authorizationError ?? 'it could not be checked'}`)
  const certificate = book.withFingerprint(sha256Of(shown.raw))
  if (!certificate) return refusedFor('it was not issued here')
  if (certificate.revokedAt !== null) return refusedFor('it was revoked')
  if (!mayEnter(certificate, now())) return refusedFor('it is not valid now')
  const device = devices.find(certificate.device)
  if (!device || devices.isRevoked(device.id)) return refusedFor('its device was revoked')
  return { kind: 'device', device, certificate }
}
