import type { SearchRequest, WithId } from '@medplum/core'
import type { CodeableConcept, Provenance } from '@medplum/fhirtypes'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { RecordAccess, ResourceFace } from '../../record/model.ts'
import type { TelemetryStore } from '../telemetry.ts'
import { observationId } from './ids.ts'
import { maySee } from './may-see.ts'
import { type Origin, originsOf } from './origins.ts'
import { provenanceId, provenanceTarget } from './provenance-id.ts'
import { provenanceQuery } from './provenance-query.ts'

const participant = (code: string, display: string): CodeableConcept => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code, display }],
})
const performer = participant('performer', 'Performer')
const assembler = participant('assembler', 'Assembler')
const created: CodeableConcept = {
  coding: [
    { system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'CREATE', display: 'create' },
  ],
}
/** The server is no resource of the record: it is named, not referred to. */
const gateway = {
  type: 'Device' as const,
  identifier: { system: 'urn:vitalwire:software', value: 'vitalwire' },
  display: 'Vitalwire gateway',
}

/** Who measured a reading, when it was received, when it was stored; drawn from the reading itself. */
export function measurementFace(deps: {
  readonly telemetry: TelemetryStore
  readonly clock: Clock
}): ResourceFace {
  const { telemetry, clock } = deps

  const read = async (id: string, access: RecordAccess): Promise<WithId<Provenance> | undefined> => {
    const key = provenanceTarget(id)
    if (!key || !access.allows('Provenance', 'read')) return undefined
    const [origin] = await originsOf(telemetry, [key])
    return origin && maySee(access, origin.series) ? draw(origin) : undefined
  }

  const matches = async (request: SearchRequest, access: RecordAccess): Promise<readonly Origin[]> => {
    const query = access.allows('Provenance', 'search') ? provenanceQuery(request, clock.now()) : undefined
    if (!query) return []
    const seen = query.keys.filter(({ series }) => {
      const known = telemetry.series(series)
      return known !== undefined && maySee(access, known)
    })
    const found = (await originsOf(telemetry, seen)).filter(query.test)
    const oldestFirst = found.sort((a, b) => a.storedAt - b.storedAt || a.key.at - b.key.at)
    return query.newestFirst ? oldestFirst.reverse() : oldestFirst
  }

  return {
    resourceType: 'Provenance',
    owns: (id) => provenanceTarget(id) !== undefined,
    read,
    history: async (id, access) => {
      const one = await read(id, access)
      return one ? [one] : []
    },
    search: async (request, access, { skip, limit }) => ({
      resources: (await matches(request, access)).slice(skip, skip + limit).map(draw),
    }),
    count: async (request, access) => (await matches(request, access)).length,
  }
}

function draw({ key, series, receivedAt, storedAt }: Origin): WithId<Provenance> {
  const stored = isoFromMicros(storedAt as Micros)
  return {
    resourceType: 'Provenance',
    id: provenanceId(key),
    meta: { versionId: '1', lastUpdated: stored },
    target: [{ reference: `Observation/${observationId(key)}` }],
    occurredDateTime: isoFromMicros(receivedAt as Micros),
    recorded: stored,
    activity: created,
    agent: [
      { type: performer, who: { reference: `Device/${series.device}` } },
      { type: assembler, who: gateway },
    ],
  }
}
