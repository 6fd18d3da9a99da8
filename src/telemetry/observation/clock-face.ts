import type { Filter, SearchRequest, WithId } from '@medplum/core'
import type { Observation } from '@medplum/fhirtypes'
import type { RecordAccess, ResourceFace } from '../../record/model.ts'
import { type ClockEpochs, drawClock, isClockCode, parseClockId } from './device-time.ts'

/**
 * The clocks of devices, as Observations of the devices. They are drawn for those who ask for them, by id or code: among
 * what is measured of patients they are none.
 */
export function withClocks(face: ResourceFace, clocks: ClockEpochs): ResourceFace {
  const all = (access: RecordAccess): WithId<Observation>[] =>
    access.seesUnassigned ? clocks.epochs().map(drawClock) : []
  const read = (id: string, access: RecordAccess) =>
    access.allows('Observation', 'read') ? all(access).find((one) => one.id === id) : undefined
  const found = (request: SearchRequest, access: RecordAccess): WithId<Observation>[] => {
    const rule = request.sortRules?.[0]
    if (rule && rule.code !== 'date' && rule.code !== '_lastUpdated') return []
    const filters = request.filters ?? []
    const matching = all(access).filter((one) => filters.every((filter) => matches(one, filter)))
    const oldestFirst = matching.sort(
      (a, b) => Date.parse(a.effectiveDateTime!) - Date.parse(b.effectiveDateTime!),
    )
    return rule && !rule.descending ? oldestFirst : oldestFirst.reverse()
  }
  return {
    ...face,
    owns: (id) => face.owns(id) || parseClockId(id) !== undefined,
    async read(id, access) {
      return parseClockId(id) === undefined ? face.read(id, access) : read(id, access)
    },
    async history(id, access) {
      if (parseClockId(id) === undefined) return face.history(id, access)
      const one = read(id, access)
      return one ? [one] : []
    },
    async search(request, access, page) {
      if (!asksForClocks(request)) return face.search(request, access, page)
      if (!access.allows('Observation', 'search')) return { resources: [] }
      return { resources: found(request, access).slice(page.skip, page.skip + page.limit) }
    },
    async count(request, access) {
      if (!asksForClocks(request)) return face.count(request, access)
      return access.allows('Observation', 'search') ? found(request, access).length : 0
    },
  }
}

const asksForClocks = ({ filters = [] }: SearchRequest): boolean =>
  filters.some(
    ({ code, operator, value }) =>
      operator === 'eq' &&
      ((code === 'code' && value.split(',').every(isClockCode)) ||
        (code === '_id' && value.split(',').every((id) => parseClockId(id) !== undefined))),
  )

/** What cannot be told of a clock gives none. */
function matches(one: Observation, { code, operator, value }: Filter): boolean {
  if (operator !== 'eq') return false
  const values = value.split(',')
  if (code === '_id') return values.includes(one.id ?? '')
  if (code === 'code') return values.some(isClockCode)
  if (code === 'status') return values.includes(one.status)
  if (code !== 'device' && code !== 'subject') return false
  return values.some((text) => (text.includes('/') ? text : `Device/${text}`) === one.device?.reference)
}
