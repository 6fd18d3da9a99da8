import type { Micros } from '../../kernel/time.ts'
import { addMs } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import { type DeviceAuthority, toWholeSecond } from './authority.ts'
import { type DeviceCertificate, reasonCodes } from './model.ts'

const lifetimeMs = 24 * 3_600_000

/**
 * What was revoked before it ended (RFC 5280 5), for those who check certificates elsewhere, such as a proxy. Signed
 * anew where something was revoked since, and when half of its life is over. Connections to us do not wait for it.
 */
export class RevocationList {
  readonly #deps: {
    readonly authority: DeviceAuthority
    readonly clock: Clock
    readonly certificates: () => Iterable<DeviceCertificate>
  }
  #kept: { readonly der: Promise<Buffer>; readonly at: Micros; readonly about: string } | undefined

  constructor(deps: {
    readonly authority: DeviceAuthority
    readonly clock: Clock
    readonly certificates: () => Iterable<DeviceCertificate>
  }) {
    this.#deps = deps
  }

  current(): Promise<Buffer> {
    const { authority, clock, certificates } = this.#deps
    const now = clock.now()
    const entries = [...certificates()].flatMap(({ serial, notAfter, revokedAt, revokedReason }) =>
      revokedAt !== null && revokedReason !== null && notAfter > now
        ? [{ serial, revokedAt, reasonCode: reasonCodes[revokedReason] }]
        : [],
    )
    const about = entries.map(({ serial }) => serial).join()
    const kept = this.#kept
    if (kept && kept.about === about && now < addMs(kept.at, lifetimeMs / 2)) return kept.der
    const notBefore = toWholeSecond(now)
    const der = authority.signCrl(entries, now, { notBefore, notAfter: addMs(notBefore, lifetimeMs) })
    this.#kept = { der, at: now, about }
    return der
  }
}
