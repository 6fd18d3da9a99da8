/** For people: how devices prove who they are, and what may be done about it. */

import { X509Certificate } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { configuration, nothing } from '../../audit/index.ts'
import { actorReference, requirePermission, requireRecentSignIn } from '../../identity/index.ts'
import { isoFromMicros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import {
  type DeviceCertificatesView,
  type EnrolmentCode,
  type IssuedCredential,
  revocationReasons,
} from '../contract.ts'
import type { Device, DeviceRegistry } from '../model.ts'
import { devicesRefusal } from '../problems.ts'
import type { DeviceCertificates } from './certificates.ts'
import { parsed } from './enrolment-routes.ts'
import { identityView } from './identity-view.ts'

export interface IdentityRoutesDeps {
  readonly certificates: DeviceCertificates
  readonly devices: DeviceRegistry
  readonly clock: Clock
  /** Where devices connect with TLS; null: nowhere. */
  readonly ports: () => { readonly mqtts: number | null; readonly https: number | null }
}

/** Each of these makes or ends a device's word: not on a screen that was left open. */
const maxAgeS = 300
function manager(request: FastifyRequest): string {
  const by = actorReference(requirePermission(request, 'devices.manage'))
  if (request.actor?.kind === 'person') requireRecentSignIn(request, maxAgeS)
  return by
}

const withId = z.object({ id: z.string().max(64) })
const withSerial = z.object({ serial: z.string().max(64) })
const revocation = z.strictObject({
  reason: z.enum(revocationReasons),
  note: z.string().trim().min(1).max(500).optional(),
})
const rotation = z.strictObject({ overlapHours: z.number().int().min(0).default(0) })

const told = nothing('the certificates tell what became of it')

export function deviceIdentityRoutes(deps: IdentityRoutesDeps): FastifyPluginAsync {
  const { certificates, devices, clock } = deps
  const known = (request: FastifyRequest): Device => {
    const device = devices.find(parsed(withId, request.params).id)
    if (!device) throw devicesRefusal('device-unknown')
    return device
  }
  const viewOf = (device: Device) =>
    identityView(device, { devices, now: clock.now(), certificatesOf: (id) => certificates.of(id) })
  const shownOnce = <T>(reply: FastifyReply, secret: T): T => {
    reply.header('Cache-Control', 'no-store')
    return secret
  }

  return async (app) => {
    app.get(
      '/api/device-certificates',
      configuration('device'),
      async (request): Promise<DeviceCertificatesView> => {
        requirePermission(request, 'devices.view')
        const { authority } = certificates
        const { mqtts, https } = deps.ports()
        return {
          devices: devices.list().map(viewOf),
          authority: {
            fingerprint: fingerprintOf(authority.certificatePem),
            endsAt: isoFromMicros(authority.notAfter),
          },
          ...{ mqttsPort: mqtts, httpsPort: https },
        }
      },
    )

    app.post('/api/devices/:id/enrolment-code', told, async (request, reply): Promise<EnrolmentCode> => {
      const by = manager(request)
      const { id } = known(request)
      const { code, endsAt } = await certificates.enrolment.makeCode(id, by)
      return shownOnce(reply, { device: id, code, endsAt: isoFromMicros(endsAt) })
    })

    app.post('/api/device-certificates/:serial/revoke', told, async (request) => {
      const by = manager(request)
      const { serial } = parsed(withSerial, request.params)
      const { reason, note } = parsed(revocation, request.body)
      const { device } = await certificates.revoke(serial, { reason, by, ...(note ? { note } : {}) })
      return viewOf(devices.find(device)!)
    })

    app.post('/api/devices/:id/credential', told, async (request, reply): Promise<IssuedCredential> => {
      const by = manager(request)
      const { id } = known(request)
      const { overlapHours } = parsed(rotation, request.body ?? {})
      const credential = await devices.issueCredential(id, overlapHours * 3_600_000)
      const reason = overlapHours > 0 ? `the one before may go on for ${overlapHours} h` : 'replaced at once'
      certificates.tell({ what: 'secret-rotated', device: id, by, reason })
      return shownOnce(reply, { device: id, ...credential })
    })

    app.delete('/api/devices/:id/credential', told, async (request) => {
      const by = manager(request)
      const device = known(request)
      await devices.revokeCredential(device.id)
      certificates.tell({ what: 'secret-revoked', device: device.id, by })
      return viewOf(device)
    })
  }
}

const fingerprintOf = (pem: string): string =>
  new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
