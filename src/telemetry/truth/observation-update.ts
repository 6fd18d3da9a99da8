import { isDeepStrictEqual } from 'node:util'
import type { Observation, Resource } from '@medplum/fhirtypes'
import type { Micros } from '../../kernel/time.ts'
import type { ResourceFace } from '../../record/model.ts'
import { parseObservationId } from '../observation/ids.ts'
import type { TelemetryStore } from '../telemetry.ts'
import type { TelemetryChanges } from './changes.ts'

/**
 * Lets one change of a drawn Observation through: that it was entered in error, all else as it is. A panel is none of its
 * own; its two readings are marked.
 */
export function withWithdrawal(
  face: ResourceFace,
  deps: { readonly telemetry: TelemetryStore; readonly changes: TelemetryChanges },
): ResourceFace {
  return {
    ...face,
    async update(resource, access) {
      const id = resource.id ?? ''
      const key = parseObservationId(id)
      const series = key && deps.telemetry.series(key.series)
      const before = await face.read(id, access)
      if (!series || series.patient === null || key.kind === 'panel' || !before) return undefined
      if (!onlyWithdraws(before as Observation, resource)) return undefined
      if ((before as Observation).status !== 'entered-in-error') {
        await deps.changes.enterInError({
          ...{ patient: series.patient, metric: series.metric, device: series.device },
          ...{ from: key.at as Micros, to: (key.at + 1) as Micros },
          ...{ actor: access.actor, reason: 'Marked as entered in error over FHIR' },
        })
      }
      return face.read(id, access)
    },
  }
}

function onlyWithdraws(before: Observation, after: Resource): boolean {
  if (after.resourceType !== 'Observation' || after.status !== 'entered-in-error') return false
  // When it was issued, and its meta, tell of a version and not of what was measured.
  const rest = ({ meta: _m, text: _t, status: _s, issued: _i, ...others }: Observation) => others
  return isDeepStrictEqual(rest(before), rest(after))
}
