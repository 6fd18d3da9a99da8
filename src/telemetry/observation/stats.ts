/**
 * `$stats` (FHIR R4, Observation operations). What sums can tell comes from roll-ups, however long the period; medians and
 * percentiles need every reading.
 */
import type { SearchRequest } from '@medplum/core'
import type { Coding, Observation, ObservationComponent, Parameters } from '@medplum/fhirtypes'
import { findMetric } from '../../kernel/metrics/index.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { RecordAccess } from '../../record/model.ts'
import { quality, type Series } from '../model.ts'
import { clamp } from '../periods.ts'
import { problems } from '../problems.ts'
import { hourUs } from '../rollups/rollup.ts'
import { journalKind } from '../store/journal-store.ts'
import { standing } from '../versions.ts'
import { codingMatches, conceptOf, systems } from './codes.ts'
import { intervalOfDate } from './dates.ts'
import { maySee } from './may-see.ts'
import type { ObservationOperationsDeps } from './operations.ts'
import {
  addSummary,
  noSummary,
  ranked,
  type Summary,
  statisticNames,
  statisticsSystem,
  summarised,
  summaryOf,
  summaryOfRollups,
  unitless,
} from './statistics.ts'

const documentPage = 1_000
const mostDocuments = 100_000
const mostReadings = 12_000_000

export function patientOf(query: URLSearchParams): string {
  const reference = query.get('patient') ?? query.get('subject') ?? query.get('subject:Patient') ?? ''
  const id = reference.replace(/^Patient\//, '')
  if (/^[A-Za-z0-9.-]{1,64}$/.test(id)) return id
  throw problems.badQuery('Name one patient, as patient=<id> or subject=Patient/<id>.', 'patient')
}

/** Statistics of one or more codes over a time; each answered as one Observation with a component a statistic. */
export async function stats(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  query: URLSearchParams,
): Promise<Parameters> {
  const patient = patientOf(query)
  const codes = query.getAll('code').flatMap((text) => text.split(','))
  const wanted = query.getAll('statistic').flatMap((text) => text.split(','))
  const unknown = wanted.find((statistic) => !statisticNames.includes(statistic))
  if (codes.length === 0) throw problems.badQuery('Name at least one code.', 'code')
  if (wanted.length === 0 || unknown !== undefined) {
    throw problems.badQuery(`statistic must be of: ${statisticNames.join(', ')}.`, 'statistic')
  }
  const [from, to] = periodOf(query, deps.clock.now())
  const system = query.get('system')
  const needsValues = wanted.some((statistic) => ranked[statistic] !== undefined)
  const parameter = []
  for (const code of codes) {
    const token = code.includes('|') || system === null ? code : `${system}|${code}`
    const values = await valuesOf(deps, access, { patient, token, from, to }, needsValues)
    parameter.push({
      name: 'statistics',
      resource: statisticsOf({ patient, token, from, to }, values, wanted),
    })
  }
  return { resourceType: 'Parameters', parameter }
}

interface Selection {
  readonly patient: string
  readonly token: string
  readonly from: number
  readonly to: number
}
interface Values {
  readonly summary: Summary
  /** Every value, where a statistic needs them; else none. */
  readonly values: Float64Array
  readonly unit: { readonly unit?: string; readonly code?: string }
  readonly coding: readonly Coding[]
}

/** `duration` in hours until now, or `period=<start>,<end>`. */
function periodOf(query: URLSearchParams, now: number): readonly [number, number] {
  const duration = query.get('duration')
  if (duration !== null && Number(duration) > 0) return clamp(now - Number(duration) * hourUs, now + 1)
  const [start, end] = (query.get('period') ?? '').split(',').map((text) => intervalOfDate(text))
  if (start && end) return clamp(start.from, end.to)
  throw problems.badQuery('Give duration=<hours> or period=<start>,<end>.', 'duration')
}

async function valuesOf(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  what: Selection,
  needsValues: boolean,
): Promise<Values> {
  const { telemetry } = deps
  const series: readonly Series[] = access.allows('Observation', 'search')
    ? telemetry
        .seriesOfPatient(what.patient)
        .filter((one) => maySee(access, one) && codingMatches(conceptOf(one.metric).coding!, what.token))
    : []
  const ids = series.map((one) => one.id)
  const found = needsValues ? await readValues(deps, ids, what) : []
  let summary = noSummary
  for (const id of needsValues ? [] : ids) {
    summary = addSummary(
      summary,
      summaryOfRollups(await telemetry.reading.rollups(id, hourUs, what.from, what.to, [])),
    )
  }
  const metric = series[0] && findMetric(series[0].metric)
  const documents = await documentValues(deps, access, what, metric?.unit)
  const unit = metric ? { unit: metric.unitText, code: metric.unit } : (documents.unit ?? {})
  const coding = series[0] ? conceptOf(series[0].metric).coding! : documents.coding
  const values = Float64Array.from([...found.flat(), ...documents.values])
  return { values, summary: addSummary(summary, summaryOf(values)), unit, coding }
}

async function readValues(
  { telemetry }: ObservationOperationsDeps,
  ids: readonly number[],
  { from, to }: Selection,
): Promise<number[][]> {
  if ((await telemetry.reading.count(journalKind.samples, ids, from, to)) > mostReadings) {
    throw problems.badQuery('The period holds too many readings; ask for a shorter one.', 'period')
  }
  const found: number[][] = []
  for (const id of ids) {
    const all = standing(await telemetry.reading.versions(id, from, to))
    const stands = (value: number, i: number) =>
      Number.isFinite(value) && (all.quality[i]! & quality.missing) === 0
    found.push(Array.from(all.value).filter(stands))
  }
  return found
}

/** Documents of the code in the same unit; telemetry is left out by its own coding. */
async function documentValues(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  what: Selection,
  unitCode: string | undefined,
) {
  const metrics = deps.telemetry.seriesOfPatient(what.patient).map((one) => `${systems.metric}|${one.metric}`)
  const found = await allOf(deps, access, {
    resourceType: 'Observation',
    filters: [
      { code: 'patient', operator: 'eq', value: what.patient },
      { code: 'code', operator: 'eq', value: what.token },
      ...(metrics.length > 0 ? [{ code: 'code', operator: 'not', value: metrics.join(',') } as const] : []),
      { code: 'date', operator: 'ge', value: isoFromMicros(what.from as Micros) },
      { code: 'date', operator: 'lt', value: isoFromMicros(what.to as Micros) },
    ],
  })
  const quantities = found.flatMap((one) =>
    one.valueQuantity?.value === undefined ? [] : [one.valueQuantity],
  )
  const code = unitCode ?? quantities[0]?.code
  const same = quantities.filter((quantity) => quantity.code === code)
  const unit = same[0] && { ...(same[0].unit ? { unit: same[0].unit } : {}), ...(code ? { code } : {}) }
  return { values: same.map((quantity) => quantity.value!), unit, coding: found[0]?.code.coding ?? [] }
}

/** Every match, page by page. */
async function allOf(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  request: SearchRequest,
): Promise<Observation[]> {
  const found: Observation[] = []
  for (;;) {
    const page = await deps.search({ ...request, count: documentPage, offset: found.length }, access)
    found.push(...page)
    if (page.length < documentPage) return found
    if (found.length > mostDocuments) {
      throw problems.badQuery('The period holds too many documents; ask for a shorter one.', 'period')
    }
  }
}

function statisticsOf(
  what: Selection,
  { values, summary, unit, coding }: Values,
  wanted: readonly string[],
): Observation {
  const component = wanted.map((name): ObservationComponent => {
    const code = { coding: [{ system: statisticsSystem, code: name }] }
    const value =
      summary.count === 0 && name !== 'count'
        ? undefined
        : (summarised[name]?.(summary) ?? ranked[name]?.(values))
    if (value === undefined) {
      return { code, dataAbsentReason: { coding: [{ system: systems.dataAbsent, code: 'not-applicable' }] } }
    }
    const of = unitless.has(name) ? { code: '1' } : unit
    return { code, valueQuantity: { value, system: systems.ucum, ...of } }
  })
  return {
    resourceType: 'Observation',
    status: 'final',
    code: coding.length > 0 ? { coding: [...coding] } : { text: what.token },
    subject: { reference: `Patient/${what.patient}` },
    effectivePeriod: { start: isoFromMicros(what.from as Micros), end: isoFromMicros(what.to as Micros) },
    component,
  }
}
