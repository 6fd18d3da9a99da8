/** What the chart asks about one patient: series, trends, waveforms, limits, and a few lists of the FHIR record. */
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import type { AlarmView, PatientMonitoring, RuleView } from '../../../src/monitoring/contract.ts'
import type { Trend } from '../../../src/telemetry/contract.ts'
import { getJson } from './client.ts'
import { type Limits, limitsOf } from './limits.ts'

export interface SeriesView {
  readonly metric: string
  readonly device: string
  readonly kind?: 'numeric' | 'waveform' | 'coded'
}

export interface WaveformPieces {
  readonly metric: string
  readonly chunks: readonly {
    /** ms since 1970. */
    readonly startAt: number
    readonly rateHz: number
    readonly scale: number
    readonly offset: number
    /** base64 of little-endian int16. */
    readonly samples: string
  }[]
}

const base = (patient: string): string => `/api/patients/${encodeURIComponent(patient)}`

export function useSeries(patient: string) {
  return useQuery({
    queryKey: ['series', patient],
    queryFn: ({ signal }) => getJson<readonly SeriesView[]>(`${base(patient)}/series`, signal),
    staleTime: 60_000,
  })
}

export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

const inQuery = ({ fromMs, toMs }: TimeRange): string =>
  `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`

export function useTrends(patient: string, metrics: readonly string[], range: TimeRange, points: number) {
  return useQueries({
    queries: metrics.map((metric) => ({
      queryKey: ['trend', patient, metric, range.fromMs, range.toMs, points],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        getJson<Trend>(`${base(patient)}/trend?metric=${metric}&${inQuery(range)}&points=${points}`, signal),
      placeholderData: keepPreviousData,
      staleTime: 20_000,
    })),
  })
}

export function useWaveform(patient: string, metric: string, range: TimeRange | undefined) {
  return useQuery({
    queryKey: ['waveform', patient, metric, range?.fromMs, range?.toMs],
    queryFn: ({ signal }) =>
      getJson<WaveformPieces>(`${base(patient)}/waveform?metric=${metric}&${inQuery(range!)}`, signal),
    enabled: range !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}

export function usePatientAlarms(patient: string, sinceMs: number) {
  return useQuery({
    queryKey: ['alarms', patient, sinceMs],
    queryFn: ({ signal }) =>
      getJson<readonly AlarmView[]>(
        `/alarms?patient=${encodeURIComponent(patient)}&since=${new Date(sinceMs).toISOString()}`,
        signal,
      ),
    refetchInterval: 30_000,
  })
}

/** The limits in force by metric: the rules' defaults, where this patient has none of their own. */
export function useLimits(patient: string): ReadonlyMap<string, Limits> {
  const rules = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => getJson<readonly RuleView[]>('/api/rules', signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const own = useQuery({
    queryKey: ['monitoring', patient],
    queryFn: ({ signal }) => getJson<PatientMonitoring>(`${base(patient)}/monitoring`, signal),
  })
  return limitsOf(rules.data ?? [], own.data)
}

interface Concept {
  readonly text?: string
  readonly coding?: readonly { readonly display?: string; readonly code?: string }[]
}
export interface RecordEntry {
  readonly id: string
  readonly text: string
  readonly status: string
}
interface RecordResource {
  readonly id?: string
  readonly code?: Concept
  readonly medicationCodeableConcept?: Concept
  readonly clinicalStatus?: Concept
  readonly status?: string
}
export type RecordList = 'Condition' | 'MedicationRequest' | 'AllergyIntolerance'

const textOf = (concept: Concept | undefined): string =>
  concept?.text ??
  concept?.coding?.find((coding) => coding.display)?.display ??
  concept?.coding?.[0]?.code ??
  '–'

export function useRecordList(patient: string, type: RecordList) {
  return useQuery({
    queryKey: ['record', patient, type],
    queryFn: async ({ signal }): Promise<readonly RecordEntry[]> => {
      const path = `/fhir/R4/${type}?patient=${encodeURIComponent(patient)}&_count=50`
      const bundle = await getJson<{ entry?: readonly { resource?: RecordResource }[] }>(path, signal)
      return (bundle.entry ?? []).flatMap(({ resource }) =>
        resource
          ? [
              {
                id: resource.id ?? '',
                text: textOf(resource.code ?? resource.medicationCodeableConcept),
                status: resource.status ?? resource.clinicalStatus?.coding?.[0]?.code ?? '',
              },
            ]
          : [],
      )
    },
    staleTime: 60_000,
  })
}
