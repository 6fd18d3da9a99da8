import type { WithId } from '@medplum/core'
import type { Provenance, ProvenanceAgent, Reference } from '@medplum/fhirtypes'
import { isoFromMicros } from '../../kernel/time.ts'
import { type ObservationKey, observationId, parseObservationId } from '../observation/ids.ts'
import type { TelemetryChange } from './change.ts'

/**
 * `c-<change>` tells of a whole change, `c-<change>-<Observation>` of what it did to one Observation, named by the one
 * that was withdrawn; the change's number in base 36.
 */
export interface ProvenanceKey {
  readonly change: number
  readonly observation?: ObservationKey
}

const pattern = /^c-([1-9a-z][0-9a-z]{0,9})(?:-([tw]-.+))?$/

export const provenanceId = ({ change, observation }: ProvenanceKey): string =>
  `c-${change.toString(36)}${observation ? `-${observationId(observation)}` : ''}`

export function parseProvenanceId(id: string): ProvenanceKey | undefined {
  const match = pattern.exec(id)
  if (!match) return undefined
  const change = Number.parseInt(match[1]!, 36)
  if (match[2] === undefined) return { change }
  const observation = parseObservationId(match[2])
  return observation && { change, observation }
}

/** What happened to one Observation. */
export interface ChangedObservation {
  readonly withdrawn: ObservationKey
  /** Its version before it was withdrawn. */
  readonly version: number
  readonly movedTo?: ObservationKey
}

const operations = {
  'entered-in-error': { code: 'NULLIFY', display: 'nullify' },
  reattribution: { code: 'UPDATE', display: 'update' },
} as const

const referable =
  /^(Practitioner|PractitionerRole|RelatedPerson|Patient|Device|Organization)\/[A-Za-z0-9\-.]{1,64}$/
const whoOf = (actor: string): ProvenanceAgent['who'] =>
  referable.test(actor) ? { reference: actor } : { display: actor }

const observationReference = (key: ObservationKey): Reference => ({
  reference: `Observation/${observationId(key)}`,
})

/** Whom a change is about, as far as it names them. */
function subjectsOf({ fromPatient, toPatient, device }: TelemetryChange): Reference[] {
  const patients = [fromPatient, toPatient].filter((patient) => patient !== null)
  return [
    ...patients.map((patient) => ({ reference: `Patient/${patient}` })),
    ...(device === null ? [] : [{ reference: `Device/${device}` }]),
  ]
}

export function drawProvenance(change: TelemetryChange, one?: ChangedObservation): WithId<Provenance> {
  const recorded = isoFromMicros(change.askedAt)
  const moved = one?.movedTo ? [observationReference(one.movedTo)] : []
  const observation = one && observationReference(one.withdrawn)
  return {
    resourceType: 'Provenance',
    id: provenanceId({ change: change.id, ...(one ? { observation: one.withdrawn } : {}) }),
    meta: { versionId: '1', lastUpdated: recorded },
    target: observation ? [observation, ...moved] : subjectsOf(change),
    occurredPeriod: { start: isoFromMicros(change.from), end: isoFromMicros(change.to) },
    recorded,
    reason: [{ text: change.reason }],
    activity: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', ...operations[change.kind] },
        { system: 'urn:vitalwire:telemetry-change', code: change.kind },
      ],
    },
    agent: [{ who: whoOf(change.actor) }],
    ...(one && observation
      ? {
          entity: [
            { role: 'revision', what: { reference: `${observation.reference}/_history/${one.version}` } },
          ],
        }
      : {}),
  }
}
