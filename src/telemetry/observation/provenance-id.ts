import { type ObservationKey, observationId, parseObservationId } from './ids.ts'

/** `m-` and the id of the Observation whose measurement it tells of. */
export const provenanceId = (key: ObservationKey): string => `m-${observationId(key)}`

export const provenanceTarget = (id: string): ObservationKey | undefined =>
  id.startsWith('m-') ? parseObservationId(id.slice(2)) : undefined
