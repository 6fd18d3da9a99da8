/**
 * Every certificate in memory, by what a connection shows of it; written through to PostgreSQL. Revoked is revoked the
 * moment it is durable: who listens ends the connections that stand on it.
 */
import type { Micros } from '../../kernel/time.ts'
import type { Log } from '../../platform/log.ts'
import type { DeviceCertificate } from './model.ts'
import type { CertificatesStore, Revocation } from './store.ts'

export interface EndedCertificate {
  readonly device: string
  readonly serial: string
}

export class CertificateBook {
  readonly #store: CertificatesStore
  readonly #log: Log
  readonly #bySerial = new Map<string, DeviceCertificate>()
  readonly #byFingerprint = new Map<string, string>()
  readonly #listeners = new Set<(ended: EndedCertificate) => void>()

  constructor(store: CertificatesStore, log: Log) {
    this.#store = store
    this.#log = log
  }

  async restore(): Promise<void> {
    for (const one of await this.#store.all()) this.put(one)
  }

  /** What the table holds already. */
  put(certificate: DeviceCertificate): void {
    this.#bySerial.set(certificate.serial, certificate)
    this.#byFingerprint.set(certificate.fingerprintSha256.toString('hex'), certificate.serial)
  }

  all(): Iterable<DeviceCertificate> {
    return this.#bySerial.values()
  }

  find(serial: string): DeviceCertificate | undefined {
    return this.#bySerial.get(serial)
  }

  withFingerprint(sha256: Buffer): DeviceCertificate | undefined {
    return this.#bySerial.get(this.#byFingerprint.get(sha256.toString('hex')) ?? '')
  }

  of(device: string): readonly DeviceCertificate[] {
    return [...this.#bySerial.values()].filter((one) => one.device === device)
  }

  async revoke(certificates: readonly DeviceCertificate[], revocation: Revocation): Promise<void> {
    const { at, reason, note, by } = revocation
    await this.#store.revoke(
      certificates.map(({ serial }) => serial),
      revocation,
    )
    for (const one of certificates) {
      this.put({ ...one, revokedAt: at, revokedReason: reason, revokedNote: note, revokedBy: by })
      this.#tellEnded(one)
    }
  }

  async told(certificate: DeviceCertificate, what: 'ends-soon' | 'ended', at: Micros): Promise<void> {
    await this.#store.told(certificate.serial, what, at)
    const known = this.#bySerial.get(certificate.serial) ?? certificate
    this.put(what === 'ended' ? { ...known, endedToldAt: at } : { ...known, endToldAt: at })
  }

  onEnded(listener: (ended: EndedCertificate) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tellEnded({ device, serial }: DeviceCertificate): void {
    for (const listener of this.#listeners) {
      try {
        listener({ device, serial })
      } catch (error) {
        this.#log.error({ device, error: (error as Error).message }, 'a certificate listener failed')
      }
    }
  }
}
