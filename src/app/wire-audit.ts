/** What the audit needs to know of people, patients and requests, and nothing else looks up. */
import type { Patient } from '@medplum/fhirtypes'
import type { FastifyRequest } from 'fastify'
import type { Audit, AuditEntry, AuditSight, NamedPerson, People, RecordAudit, Who } from '../audit/index.ts'
import type { DeviceIdentityEvent } from '../devices/index.ts'
import { type Actor, actorReference, type Identity, permissionsOf, requireActor } from '../identity/index.ts'
import type { Permit } from '../kernel/permit.ts'
import { ProblemError } from '../kernel/problem.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { type FhirRecord, type RecordAccess, systemAccess } from '../record/index.ts'
import type { LiveWatch } from '../telemetry/index.ts'
import { listName } from './census.ts'

export function whoIs(actor: Actor | undefined, permit: Permit | undefined): Who {
  if (!actor) return { purpose: 'HOPERAT' }
  const person = actor.kind === 'person' ? actor : undefined
  return {
    actor: actorReference(actor),
    app: person?.app,
    purpose: permit?.purpose ?? 'HOPERAT',
    purposeFor: permit?.purposeFor,
    session: person?.session?.id,
  }
}

/** A patient their own; `audit.view` all; who manages accounts or storage the configuration. */
export function auditSightOf(request: FastifyRequest): AuditSight {
  const signedIn = requireActor(request)
  const [actor, may] = [actorReference(signedIn), permissionsOf(signedIn)]
  if (may.has('audit.view')) return { actor, sees: 'all' }
  const person = signedIn.kind === 'person' ? signedIn : undefined
  const own = [...(person?.patient === undefined ? [] : [person.patient]), ...(person?.proxyFor ?? [])]
  if (own.length > 0 && may.has('own-record.view')) return { actor, sees: { patients: own } }
  if (may.has('users.manage')) return { actor, sees: 'configuration' }
  throw new ProblemError({
    code: 'not-permitted',
    status: 403,
    message: 'The audit is read by privacy officers; patients see who looked at their own data.',
  })
}

/** A request's access, known to the audit with the request it acts for. */
export const auditedAccess = (
  recordAudit: RecordAudit,
  request: FastifyRequest,
  access: RecordAccess,
): RecordAccess =>
  recordAudit.actsFor(access, {
    who: whoIs(request.actor, request.permit),
    address: request.ip,
    requestId: request.id,
  })

const fhirPath = /^\/fhir(?:\/R4)?\/([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:[/?]|$)/

/** Whose data a FHIR path names, though who asked is told that there is nothing. */
export const ownersOfPath = (record: FhirRecord) => async (request: FastifyRequest) => {
  const [, resourceType, id] = fhirPath.exec(request.url) ?? []
  if (resourceType === undefined || id === undefined) return []
  const found = await record.repository(systemAccess).readMany([{ resourceType, id }])
  return [...new Set(found.flatMap((one) => record.world.compartment.patientsOf(one)))]
}

const knownForMs = 30_000

/** Names by reference: who signs in by their account, everyone else by the record. */
export function createPeopleNames(deps: {
  readonly identity: Pick<Identity, 'listPeople'>
  readonly record: FhirRecord
  readonly clock: Clock
}) {
  const { identity, record, clock } = deps
  let known: { readonly untilMs: number; readonly people: People } | undefined
  const accounts = async (): Promise<People> => {
    if (known && known.untilMs > clock.elapsedMs()) return known.people
    const people = await identity.listPeople()
    known = {
      untilMs: clock.elapsedMs() + knownForMs,
      people: new Map(people.map(({ fhirUser, name, roles }) => [fhirUser, { name, roles }])),
    }
    return known.people
  }
  return async (references: readonly string[]): Promise<People> => {
    const found = new Map<string, NamedPerson>([['system', { name: 'Vitalwire', roles: [] }]])
    const people = await accounts()
    const rest: { resourceType: string; id: string }[] = []
    for (const reference of references) {
      const person = people.get(reference)
      const [resourceType = '', id = ''] = reference.split('/')
      if (person) found.set(reference, person)
      else if (id !== '' && nameable.has(resourceType)) rest.push({ resourceType, id })
    }
    for (const resource of rest.length > 0 ? await record.repository(systemAccess).readMany(rest) : []) {
      const { name, deviceName } = resource as { name?: Patient['name']; deviceName?: { name: string }[] }
      const shown = deviceName?.[0]?.name ?? (name ? listName(name[0]) : undefined)
      if (shown !== undefined)
        found.set(`${resource.resourceType}/${resource.id}`, { name: shown, roles: [] })
    }
    return found
  }
}

const nameable: ReadonlySet<string> = new Set(['Practitioner', 'Patient', 'RelatedPerson', 'Device'])

/** Of what a stream brings. */
const liveClasses = ['vital-signs', 'waveforms', 'glucose', 'activity', 'other'] as const
const isSeenLive = (permit: Permit, patient: string): boolean =>
  liveClasses.some((dataClass) => permit.covers([patient], { dataClass, labels: [] }))

/** One entry when a stream begins or changes whom it shows, one when it ends; never one for a reading. */
export const watchesOf =
  (audit: Audit, everyone: () => readonly string[], permitOf: (actor: Actor) => Permit) =>
  async ({ actor, address, event, patients, waveforms }: LiveWatch): Promise<void> => {
    const permit = permitOf(actor)
    const { app, purpose, actor: reference } = whoIs(actor, permit)
    const seen = (patients === 'all' ? everyone() : patients).filter((one) => isSeenLive(permit, one))
    // Who sees nobody has a socket all the same: for what the house says of itself.
    if (seen.length === 0) return
    await audit.write({
      ...{ kind: 'live', action: event === 'ended' ? 'D' : event === 'began' ? 'R' : 'U', outcome: 'done' },
      ...{ actor: reference, app, purpose, address: address === '' ? undefined : address },
      patients: seen,
      what: ['/live', event, ...(patients === 'all' ? ['all'] : []), ...waveforms],
    })
  }

const deviceActions = { 'code-made': 'C', enrolled: 'C', renewed: 'U', 'secret-rotated': 'U' } as const

/** What happens to how devices prove who they are; running towards an end is no act, and shown elsewhere. */
export const auditDeviceIdentity =
  (audit: Audit, log: Log) =>
  ({ what, device, by, serial, reason }: DeviceIdentityEvent): void => {
    if (what === 'ends-soon' || what === 'ended') return
    const entry: AuditEntry = {
      ...{ kind: 'device', actor: by, purpose: 'HSYSADMIN', patients: [] },
      action: what in deviceActions ? deviceActions[what as keyof typeof deviceActions] : 'D',
      outcome: what === 'refused' ? 'refused' : 'done',
      what: [`Device/${device}`, what, ...(serial === undefined ? [] : [`certificate ${serial}`])],
      reason,
    }
    audit
      .write(entry)
      .catch((error: Error) =>
        log.error({ device, what, error: error.message }, 'how a device proves itself changed unrecorded'),
      )
  }
