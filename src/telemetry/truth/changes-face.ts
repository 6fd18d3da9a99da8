import type { Filter, SearchRequest, WithId } from '@medplum/core'
import type { Provenance } from '@medplum/fhirtypes'
import { dataClassOfMetric } from '../../kernel/metrics/data-class.ts'
import { seesEverything } from '../../kernel/permit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { RecordAccess, ResourceFace } from '../../record/model.ts'
import { momentsOf } from '../observation/dates.ts'
import { parseObservationId } from '../observation/ids.ts'
import { endOfTime } from '../periods.ts'
import { type ChangeFilter, changeById, countChanges, findChanges } from '../store/change-store.ts'
import type { TelemetryStore } from '../telemetry.ts'
import type { TelemetryChange } from './change.ts'
import { changedBy, changesOfObservation } from './changed-observations.ts'
import { drawProvenance, parseProvenanceId } from './provenance.ts'

export interface ProvenanceFaceDeps {
  readonly db: Database
  readonly telemetry: TelemetryStore
  readonly clock: Clock
}

/** A search, compiled; ids and Observations name what they want one by one, the rest is found by the table. */
interface Wanted {
  ids?: readonly string[]
  observations?: readonly string[]
  filter: { -readonly [K in keyof ChangeFilter]: ChangeFilter[K] }
  ascending: boolean
}

/**
 * The trail of changes as Provenance, drawn on read. A search by Observation (as `_revinclude=Provenance:target` is)
 * finds what was done to each; one by patient, device, agent or time finds the changes as a whole.
 */
export function changesFace(deps: ProvenanceFaceDeps): ResourceFace {
  const { db, telemetry } = deps

  async function read(id: string, access: RecordAccess): Promise<WithId<Provenance> | undefined> {
    const key = parseProvenanceId(id)
    const change = key && (await changeById(db, key.change))
    if (!change || !access.allows('Provenance', 'read') || !maySee(access, change)) return undefined
    if (!key.observation) return drawProvenance(change)
    const one = await changedBy(telemetry, change, key.observation)
    return one && drawProvenance(change, one)
  }

  async function namedOnes(wanted: Wanted, access: RecordAccess): Promise<WithId<Provenance>[]> {
    const found: WithId<Provenance>[] = []
    for (const id of wanted.ids ?? []) {
      const one = await read(id, access)
      if (one) found.push(one)
    }
    for (const id of wanted.observations ?? []) {
      const key = parseObservationId(id)
      const changes = key ? await changesOfObservation(db, telemetry, key) : []
      for (const { change, one } of changes) {
        if (maySee(access, change) && matches(change, wanted.filter)) found.push(drawProvenance(change, one))
      }
    }
    const once = [...new Map(found.map((one) => [one.id, one])).values()]
    const sign = wanted.ascending ? 1 : -1
    return once.sort((a, b) => sign * (Date.parse(a.recorded) - Date.parse(b.recorded)))
  }

  const compiled = (request: SearchRequest, access: RecordAccess): Wanted | undefined => {
    if (!access.allows('Provenance', 'search')) return undefined
    const wanted = compile(request, deps.clock.now())
    // A change is seen by who may see both its patients, so a caller who does not see everyone asks for each by name.
    const named = wanted?.ids !== undefined || wanted?.observations !== undefined
    return wanted && (named || seesEverything(access)) ? wanted : undefined
  }

  return {
    resourceType: 'Provenance',
    owns: (id) => parseProvenanceId(id) !== undefined,
    read,
    async history(id, access) {
      const one = await read(id, access)
      return one ? [one] : []
    },
    async search(request, access, { skip, limit }) {
      const wanted = compiled(request, access)
      if (!wanted) return { resources: [] }
      if (wanted.ids || wanted.observations) {
        return { resources: (await namedOnes(wanted, access)).slice(skip, skip + limit) }
      }
      const changes = await findChanges(db, wanted.filter, wanted.ascending, { skip, limit })
      return { resources: changes.map((change) => drawProvenance(change)) }
    },
    async count(request, access) {
      const wanted = compiled(request, access)
      if (!wanted) return 0
      if (wanted.ids || wanted.observations) return (await namedOnes(wanted, access)).length
      return countChanges(db, wanted.filter)
    },
  }
}

const maySee = (access: RecordAccess, { fromPatient, toPatient, metric }: TelemetryChange): boolean =>
  access.covers(
    [fromPatient, toPatient].filter((patient) => patient !== null),
    { dataClass: metric === null ? 'other' : dataClassOfMetric(metric), labels: [] },
  )

const matches = (change: TelemetryChange, filter: ChangeFilter): boolean =>
  change.askedAt >= filter.askedFrom &&
  change.askedAt < filter.askedTo &&
  (!filter.actors || filter.actors.includes(change.actor)) &&
  (!filter.device || filter.device === change.device) &&
  (!filter.patients ||
    [change.fromPatient, change.toPatient].some((one) => one !== null && filter.patients?.includes(one)))

/** Undefined where there is something that cannot be answered exactly. */
function compile(request: SearchRequest, now: number): Wanted | undefined {
  const rule = request.sortRules?.[0]
  if (rule && rule.code !== 'recorded' && rule.code !== '_lastUpdated') return undefined
  const wanted: Wanted = {
    filter: { askedFrom: 0, askedTo: endOfTime },
    ascending: rule !== undefined && rule.descending !== true,
  }
  for (const filter of request.filters ?? []) if (!apply(wanted, filter, now)) return undefined
  return wanted
}

function apply(wanted: Wanted, { code, operator, value }: Filter, now: number): boolean {
  if (code === 'recorded' || code === '_lastUpdated') {
    const moments = momentsOf(operator, value, now)
    if (moments?.length !== 1) return false
    wanted.filter.askedFrom = Math.max(wanted.filter.askedFrom, moments[0]!.from)
    wanted.filter.askedTo = Math.min(wanted.filter.askedTo, moments[0]!.to)
    return true
  }
  if (operator !== 'eq') return false
  const values = value.split(',')
  const of = (type: string) =>
    values.flatMap((text) => (text.startsWith(`${type}/`) ? [text.slice(type.length + 1)] : []))
  if (code === '_id' && !wanted.ids) wanted.ids = values
  else if (code === 'agent' && !wanted.filter.actors) wanted.filter.actors = values
  else if (code === 'patient' && !wanted.filter.patients) wanted.filter.patients = of('Patient')
  else if (code === 'target' && !wanted.observations) return applyTarget(wanted, values, of)
  else return false
  return true
}

/** All of one type: several types in one list would need the union of two searches. */
function applyTarget(
  wanted: Wanted,
  values: readonly string[],
  of: (type: string) => readonly string[],
): boolean {
  const [observations, patients, devices] = [of('Observation'), of('Patient'), of('Device')]
  if (observations.length === values.length) wanted.observations = observations
  else if (patients.length === values.length && !wanted.filter.patients) wanted.filter.patients = patients
  else if (devices.length === 1 && values.length === 1) wanted.filter.device = devices[0]!
  else return false
  return true
}
