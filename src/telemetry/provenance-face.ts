import type { WithId } from '@medplum/core'
import type { Provenance } from '@medplum/fhirtypes'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { ResourceFace } from '../record/model.ts'
import { measurementProvenance } from './observation/provenance.ts'
import type { TelemetryStore } from './telemetry.ts'
import { changeProvenance } from './truth/provenance-face.ts'

/** Provenance of telemetry: who measured a reading, and who changed what is said of it. */
export function provenanceFace(deps: {
  readonly db: Database
  readonly telemetry: TelemetryStore
  readonly clock: Clock
}): ResourceFace {
  const faces = [changeProvenance(deps), measurementProvenance(deps)] as const
  const owner = (id: string) => faces.find((face) => face.owns(id))
  return {
    resourceType: 'Provenance',
    owns: (id) => owner(id) !== undefined,
    read: async (id, access) => owner(id)?.read(id, access),
    history: async (id, access) => (await owner(id)?.history(id, access)) ?? [],
    async search(request, access, { skip, limit }) {
      const page = { skip: 0, limit: skip + limit }
      const found = await Promise.all(faces.map((face) => face.search(request, access, page)))
      const rule = request.sortRules?.[0]
      const sign = rule !== undefined && rule.descending !== true ? 1 : -1
      const recorded = (one: WithId<Provenance>) => Date.parse(one.recorded)
      const all = found.flatMap(({ resources }) => resources as readonly WithId<Provenance>[])
      return {
        resources: all.sort((a, b) => sign * (recorded(a) - recorded(b))).slice(skip, skip + limit),
      }
    },
    async count(request, access) {
      const counts = await Promise.all(faces.map((face) => face.count(request, access)))
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}
