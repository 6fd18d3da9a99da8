/**
 * How a device comes by a certificate: the first time by a one-time code that a person made for it, later by the
 * certificate it has. What is signed is its key under our name for it.
 */
import { isoFromMicros, type Micros, microsPerSecond } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import { FailureThrottle, sha256Of } from '../credentials.ts'
import { devicesRefusal } from '../problems.ts'
import { type DeviceAuthority, toWholeSecond } from './authority.ts'
import type { CertificateBook } from './book.ts'
import { codeSha256, newEnrolmentCode } from './enrolment-code.ts'
import { mayEnter, renewsFrom } from './life.ts'
import type { DeviceCertificate, DeviceIdentityEvent } from './model.ts'
import { certificatesRefusal } from './problems.ts'
import { readRequest } from './request.ts'
import type { CertificatesStore } from './store.ts'
import type { PublicKey } from './x509.ts'

export interface EnrolmentDeps {
  readonly store: CertificatesStore
  readonly book: CertificateBook
  readonly authority: DeviceAuthority
  readonly clock: Clock
  readonly random: Random
  /** Whether it is registered and not revoked. */
  readonly isOurs: (device: string) => boolean
  readonly crlUrl: () => string
  readonly tell: (event: Omit<DeviceIdentityEvent, 'at'>) => void
}

export interface Enrolled {
  readonly certificate: DeviceCertificate
  readonly pem: string
  readonly der: Buffer
}

export const enrolmentLimits = {
  codeLifetimeS: 3_600,
  certificateLifetimeDays: 90,
  /** A device whose clock is behind must find its certificate valid already. */
  backdateS: 300,
  validCertificates: 5,
  failuresPerPair: 10,
  failuresPerAddress: 50,
} as const

const idShape = /^[A-Za-z0-9.-]{1,64}$/
const microsPerDay = 86_400 * microsPerSecond

export class Enrolment {
  readonly #deps: EnrolmentDeps
  readonly #pairs: FailureThrottle
  readonly #addresses: FailureThrottle

  constructor(deps: EnrolmentDeps) {
    this.#deps = deps
    this.#pairs = new FailureThrottle(deps.clock, enrolmentLimits.failuresPerPair)
    this.#addresses = new FailureThrottle(deps.clock, enrolmentLimits.failuresPerAddress)
  }

  async makeCode(device: string, by: string): Promise<{ readonly code: string; readonly endsAt: Micros }> {
    const { store, clock, random, isOurs, tell } = this.#deps
    if (!isOurs(device)) throw devicesRefusal('device-revoked', device)
    const code = newEnrolmentCode(random)
    const madeAt = clock.now()
    const endsAt = (madeAt + enrolmentLimits.codeLifetimeS * microsPerSecond) as Micros
    await store.setCode({ device, sha256: codeSha256(code), madeBy: by, madeAt, endsAt })
    tell({ what: 'code-made', device, by })
    return { code, endsAt }
  }

  /** The code is spent by success only: a request that is refused may be put right and sent again. */
  async enrol(device: string, code: string, request: string, address: string): Promise<Enrolled> {
    const { store, clock, isOurs } = this.#deps
    // What cannot be an id is not kept, neither as a key here nor as a name in the log.
    if (!idShape.test(device)) {
      this.#addresses.failed(address)
      throw certificatesRefusal('enrolment-refused')
    }
    const pair = `${device}\n${address}`
    if (this.#pairs.blocked(pair) || this.#addresses.blocked(address)) {
      throw certificatesRefusal('enrolment-throttled')
    }
    const sha256 = codeSha256(code)
    // Asked before the request is looked at: a stranger has no use of our time.
    if (!isOurs(device) || !(await store.codeIsOpen(device, sha256, clock.now()))) {
      this.#pairs.failed(pair)
      this.#addresses.failed(address)
      throw this.#refused(device, 'enrolment-refused')
    }
    const enrolled = await this.#sign(device, await this.#keyOf(device, request), 'code')
    // Somebody else was quicker, or a person revoked the device meanwhile.
    if (!isOurs(device) || !(await store.insertByCode(enrolled.certificate, sha256, clock.now()))) {
      throw this.#refused(device, 'enrolment-refused')
    }
    this.#pairs.succeeded(pair)
    return this.#keep(enrolled, 'enrolled')
  }

  async renew(present: DeviceCertificate, request: string): Promise<Enrolled> {
    const { store, clock } = this.#deps
    const from = renewsFrom(present)
    if (clock.now() < from) throw this.#refused(present.device, 'renewal-too-early', isoFromMicros(from))
    const key = await this.#keyOf(present.device, request)
    const enrolled = await this.#sign(present.device, key, 'renewal')
    await store.insert(enrolled.certificate)
    return this.#keep(enrolled, 'renewed')
  }

  async #keyOf(device: string, request: string): Promise<PublicKey> {
    const key = await readRequest(request)
    if (key.ok) return key.value
    this.#deps.tell({ what: 'refused', device, by: `Device/${device}`, reason: key.problem.message })
    throw certificatesRefusal('request-refused', { detail: key.problem.message })
  }

  async #sign(device: string, key: PublicKey, obtainedBy: 'code' | 'renewal'): Promise<Enrolled> {
    const { authority, book, clock, crlUrl } = this.#deps
    const now = clock.now()
    const valid = book.of(device).filter((one) => mayEnter(one, now)).length
    if (valid >= enrolmentLimits.validCertificates) {
      throw this.#refused(device, 'certificates-too-many', String(valid))
    }
    const notBefore = toWholeSecond(now - enrolmentLimits.backdateS * microsPerSecond)
    const wanted = toWholeSecond(now + enrolmentLimits.certificateLifetimeDays * microsPerDay)
    const notAfter = Math.min(wanted, authority.notAfter) as Micros
    const signed = await authority.signDevice(device, key, { notBefore, notAfter }, crlUrl())
    const certificate: DeviceCertificate = {
      ...{ serial: signed.serial, device, fingerprintSha256: sha256Of(signed.der) },
      ...{ notBefore, notAfter, obtainedBy },
      ...{ revokedAt: null, revokedReason: null, revokedNote: null, revokedBy: null },
      ...{ endToldAt: null, endedToldAt: null },
    }
    return { certificate, pem: signed.pem, der: signed.der }
  }

  #keep(enrolled: Enrolled, what: 'enrolled' | 'renewed'): Enrolled {
    const { device, serial } = enrolled.certificate
    this.#deps.book.put(enrolled.certificate)
    this.#deps.tell({ what, device, serial, by: `Device/${device}` })
    return enrolled
  }

  #refused(device: string, code: Parameters<typeof certificatesRefusal>[0], detail?: string) {
    const refusal = certificatesRefusal(code, detail === undefined ? {} : { detail })
    this.#deps.tell({ what: 'refused', device, by: `Device/${device}`, reason: code })
    return refusal
  }
}
