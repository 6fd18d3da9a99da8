/** The device list and its doings, and quarantine. */

import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { configuration, gave, patientData } from '../audit/index.ts'
import {
  type AssociationsView,
  type Device,
  type DeviceRegistry,
  type DeviceView,
  devicesRefusal,
  type IssuedCredential,
  type ProfileView,
  profileOf,
  profiles,
} from '../devices/index.ts'
import { actorReference, requirePermission } from '../identity/index.ts'
import { ProblemError } from '../kernel/problem.ts'
import { isoFromMicros, microsFromIso } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Telemetry } from '../telemetry/model.ts'
import type { Quarantine } from './quarantine.ts'

export interface GatewayRoutesDeps {
  readonly devices: DeviceRegistry
  readonly telemetry: Pick<Telemetry, 'latest'>
  readonly quarantine: Quarantine
  readonly clock: Clock
  /** How a patient is named on screen; undefined where the record does not know them. */
  readonly patientName: (id: string) => { readonly name: string; readonly bed: string | null } | undefined
}

const fhirId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/, 'must be an id')
const registration = z.strictObject({
  id: fhirId.optional(),
  name: z.string().trim().min(1).max(120),
  profile: z.string().max(120),
  serial: z.string().trim().min(1).max(120).optional(),
})
const association = z.strictObject({ patient: fhirId, from: z.string().optional() })
const release = z.strictObject({ at: z.string().optional() })
const correction = z.strictObject({
  patient: fhirId.nullable(),
  from: z.string(),
  to: z.string().optional(),
  reason: z.string().trim().min(1).max(500),
})
const quarantineQuery = z.object({
  device: fhirId.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
})
const withId = z.object({ id: fhirId })

export function gatewayRoutes(deps: GatewayRoutesDeps): FastifyPluginAsync {
  const { devices, quarantine, clock } = deps

  const known = (params: unknown): Device => {
    const device = devices.find(parsed(withId, params).id)
    if (!device) throw devicesRefusal('device-unknown')
    return device
  }
  const at = (iso: string | undefined, where: string) => {
    if (iso === undefined) return clock.now()
    const time = microsFromIso(iso)
    if (time === undefined) throw invalid(`${where}: must be an ISO 8601 time with a zone`)
    return time
  }

  return async (app) => {
    app.get('/api/devices', patientData({ polled: true }), async (request) => {
      requirePermission(request, 'devices.view')
      const views = devices.list().map((device) => viewOf(deps, device))
      gave(request, { patients: views.flatMap(({ patient }) => patient?.id ?? []) })
      return views
    })

    app.get('/api/devices/:id', patientData({ polled: true }), async (request) => {
      requirePermission(request, 'devices.view')
      const view = viewOf(deps, known(request.params))
      gave(request, { patients: view.patient ? [view.patient.id] : [], what: [`Device/${view.id}`] })
      return view
    })

    app.get('/api/device-profiles', configuration(), async (request): Promise<readonly ProfileView[]> => {
      requirePermission(request, 'devices.view')
      return [...profiles.values()].map(({ id, vendor, models, summary, evidence, metrics }) => ({
        ...{ id, vendor, model: models[0] ?? id, summary, evidence },
        metrics: metrics.map((metric) => metric.id),
      }))
    })

    app.post('/api/devices', configuration('device'), async (request, reply): Promise<IssuedCredential> => {
      requirePermission(request, 'devices.manage')
      const { id, serial, ...rest } = parsed(registration, request.body)
      const device = await devices.register({
        ...rest,
        ...(id === undefined ? {} : { id }),
        ...(serial === undefined ? {} : { serial }),
      })
      reply.code(201)
      reply.header('Cache-Control', 'no-store')
      return { device: device.id, ...(await devices.issueCredential(device.id)) }
    })

    app.post('/api/devices/:id/associate', patientData({ kind: 'device', action: 'U' }), async (request) => {
      const by = { ...associated, actor: actorReference(requirePermission(request, 'devices.manage')) }
      const device = known(request.params)
      const body = parsed(association, request.body)
      gave(request, { patients: [body.patient], what: [`Device/${device.id}`] })
      const outcome = await devices.associate(device.id, body.patient, at(body.from, 'from'), by)
      if (!outcome.ok) throw new ProblemError(outcome.problem)
      return viewOf(deps, device)
    })

    app.post('/api/devices/:id/release', patientData({ kind: 'device', action: 'U' }), async (request) => {
      const by = { ...released, actor: actorReference(requirePermission(request, 'devices.manage')) }
      const device = known(request.params)
      const bearer = devices.associationOf(device.id)?.patient
      gave(request, { patients: bearer ? [bearer] : [], what: [`Device/${device.id}`] })
      await devices.release(device.id, at(parsed(release, request.body ?? {}).at, 'at'), by)
      return viewOf(deps, device)
    })

    app.get('/api/devices/:id/associations', patientData(), async (request) => {
      requirePermission(request, 'devices.view')
      const { id } = known(request.params)
      gave(request, bearersOf(devices, id))
      return associationsOf(devices, id)
    })

    app.post(
      '/api/devices/:id/associations/correct',
      patientData({ kind: 'device', action: 'U' }),
      async (request) => {
        const actor = actorReference(requirePermission(request, 'devices.manage'))
        const device = known(request.params)
        const { patient, from, to, reason } = parsed(correction, request.body)
        const said = { patient, from: at(from, 'from'), to: to === undefined ? null : at(to, 'to') }
        const { patients, what } = bearersOf(devices, device.id)
        gave(request, { patients: patient === null ? patients : [...patients, patient], what })
        await devices.correct(device.id, said, { actor, reason })
        return associationsOf(devices, device.id)
      },
    )

    app.post('/api/devices/:id/revoke', configuration('device', 'D'), async (request) => {
      requirePermission(request, 'devices.manage')
      const device = known(request.params)
      await devices.revoke(device.id)
      return viewOf(deps, device)
    })

    app.get('/quarantine', patientData({ polled: true }), async (request) => {
      requirePermission(request, 'quarantine.view', 'devices.view')
      const { device, limit } = parsed(quarantineQuery, request.query)
      const found = await quarantine.list({ limit, ...(device === undefined ? {} : { device }) })
      const senders = new Set(found.map((entry) => entry.device))
      const bearers = [...senders].map((sender) => sender && devices.associationOf(sender)?.patient)
      gave(request, { patients: bearers.flatMap((bearer) => bearer || []) })
      return found
    })
  }
}

const bearersOf = (devices: DeviceRegistry, id: string) => ({
  patients: devices.history(id).flatMap(({ patient }) => patient ?? []),
  what: [`Device/${id}`],
})

const associated = { reason: 'The device was put on for a time that had passed' }
const released = { reason: 'The device was taken off for a time that had passed' }

async function associationsOf(devices: DeviceRegistry, id: string): Promise<AssociationsView> {
  return {
    associations: devices.history(id).map(({ patient, place, from, to }) => ({
      ...{ patient, place, from: isoFromMicros(from), to: to === null ? null : isoFromMicros(to) },
    })),
    corrections: (await devices.corrections(id)).map(({ id: _id, device: _device, ...one }) => ({
      ...one,
      ...{ from: isoFromMicros(one.from), to: isoFromMicros(one.to), notedAt: isoFromMicros(one.notedAt) },
    })),
  }
}

function viewOf(deps: GatewayRoutesDeps, device: Device): DeviceView {
  const profile = profileOf(device.profile)
  const presence = deps.devices.presence(device.id)
  const patient = deps.devices.associationOf(device.id)?.patient
  const named = patient ? deps.patientName(patient) : undefined
  const clock = deps.devices.clocks.correction(device.id) ?? null
  const refused = deps.quarantine.summary(device.id)
  const ownLatest = (metric: string): number | null => {
    const values = patient ? deps.telemetry.latest(patient) : []
    const own = values.find(({ series }) => series.metric === metric && series.device === device.id)
    return own && Number.isFinite(own.value) ? own.value : null
  }
  return {
    id: device.id,
    name: device.name,
    profile: device.profile,
    vendor: profile?.vendor ?? '',
    model: profile?.models[0] ?? '',
    serial: device.serial,
    simulated: device.simulated,
    patient: patient ? { id: patient, name: named?.name ?? patient, bed: named?.bed ?? null } : null,
    connection: presence.connection,
    lastSeenAt: presence.lastSeenAt === undefined ? null : isoFromMicros(presence.lastSeenAt),
    clock: clock && { offsetMs: Math.round(clock.offsetUs / 1_000), basis: clock.basis },
    batteryPercent: ownLatest('battery-level'),
    signalDbm: ownLatest('signal-strength'),
    quarantined: refused.count,
    lastRefusal: refused.last && { at: isoFromMicros(refused.last.at), reason: refused.last.reason },
  }
}

const invalid = (message: string) => new ProblemError({ code: 'request-invalid', status: 400, message })

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const outcome = schema.safeParse(value)
  if (outcome.success) return outcome.data
  throw invalid(outcome.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
}
