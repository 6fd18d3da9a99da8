import type { WithId } from '@medplum/core'
import type { CodeableConcept, Observation, ObservationComponent } from '@medplum/fhirtypes'
import { findMetric } from '../../kernel/metrics/index.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { StoredChunk } from '../codec/waveforms.ts'
import { quality, type Series } from '../model.ts'
import { microsPerTenth } from '../segment.ts'
import { isWithdrawn } from '../versions.ts'
import { categoryOf, conceptOf, panelConcept, systems } from './codes.ts'
import { type ObservationKey, observationId } from './ids.ts'

/** One version of a reading, as it is drawn. */
export interface ReadingVersion {
  readonly at: number
  readonly value: number
  readonly quality: number
  /** Tenths of a second since 1970. */
  readonly received: number
  readonly stored: number
  /** 1 for the first. */
  readonly version: number
}

const iso = (time: number): string => isoFromMicros(time as Micros)

function frame(
  key: ObservationKey,
  series: Series,
  stored: number,
  version: number,
  status: Observation['status'],
  code: CodeableConcept,
): WithId<Observation> {
  const category = categoryOf(findMetric(series.metric))
  const device = { reference: `Device/${series.device}` }
  return {
    resourceType: 'Observation',
    id: observationId(key),
    meta: { versionId: String(version), lastUpdated: iso(stored * microsPerTenth) },
    status,
    ...(category ? { category: [{ coding: [category] }] } : {}),
    code,
    subject: series.patient === null ? device : { reference: `Patient/${series.patient}` },
    device,
    effectiveDateTime: iso(key.at),
    issued: iso(issuedAt(key.at, stored)),
  }
}

/** What an Observation of this version says of itself. */
export const statusOf = (version: number, withdrawn: boolean): 'final' | 'amended' | 'entered-in-error' =>
  withdrawn ? 'entered-in-error' : version > 1 ? 'amended' : 'final'

/** Storing is known to a tenth of a second: what was measured within that tenth was not issued before. */
const issuedAt = (at: number, stored: number): number =>
  Math.floor(at / microsPerTenth) === stored ? at : stored * microsPerTenth

export function drawReading(series: Series, reading: ReadingVersion): WithId<Observation> {
  const key = { kind: 'reading', series: series.id, at: reading.at } as const
  return {
    ...frame(
      key,
      series,
      reading.stored,
      reading.version,
      statusOfReading(reading),
      conceptOf(series.metric),
    ),
    ...drawnValue(series.metric, reading),
  }
}

export const statusOfReading = (reading: ReadingVersion) =>
  statusOf(reading.version, isWithdrawn(reading.quality))

type Value = Pick<
  ObservationComponent,
  'valueQuantity' | 'valueCodeableConcept' | 'dataAbsentReason' | 'interpretation'
>

function drawnValue(metricId: string, { value, quality: bits }: { value: number; quality: number }): Value {
  const metric = findMetric(metricId)
  const interpretation = interpretationOf(bits)
  const flags = interpretation ? { interpretation: [interpretation] } : {}
  if (!Number.isFinite(value) || (bits & quality.missing) !== 0) {
    return { dataAbsentReason: absentReason(value, bits), ...flags }
  }
  const code = metric?.kind === 'coded' ? metric.codes?.[value] : undefined
  if (code) return { valueCodeableConcept: { coding: [{ ...code, system: systems.metric }] }, ...flags }
  const unit = metric
    ? { unit: metric.unitText, system: systems.ucum, code: metric.unit }
    : { system: systems.ucum, code: '1' }
  return { valueQuantity: { value, ...unit }, ...flags }
}

function absentReason(value: number, bits: number): CodeableConcept {
  const code =
    value === Number.POSITIVE_INFINITY
      ? 'positive-infinity'
      : value === Number.NEGATIVE_INFINITY
        ? 'negative-infinity'
        : isWithdrawn(bits)
          ? 'not-applicable'
          : (bits & quality.leadOff) !== 0 || (bits & quality.missing) !== 0
            ? 'error'
            : 'not-a-number'
  return { coding: [{ system: systems.dataAbsent, code }] }
}

const flagNames = [
  [quality.artefact, 'artefact', 'Artefact'],
  [quality.leadOff, 'lead-off', 'Lead off'],
  [quality.estimated, 'estimated', 'Estimated'],
  [quality.test, 'test', 'Test data'],
] as const

function interpretationOf(bits: number): CodeableConcept | undefined {
  const coding = flagNames
    .filter(([bit]) => (bits & bit) !== 0)
    .map(([, code, display]) => ({ system: systems.quality, code, display }))
  return coding.length > 0 ? { coding } : undefined
}

/** `valueSampledData` after the PHD guide: the device's own integers, untouched. */
export function drawWaveform(series: Series, chunk: StoredChunk, version: number): WithId<Observation> {
  const metric = findMetric(series.metric)
  const unit = { unit: metric?.unitText ?? '1', system: systems.ucum, code: metric?.unit ?? '1' }
  const key = { kind: 'waveform', series: series.id, at: chunk.startAt } as const
  const withdrawn = chunk.samples.length === 0
  return {
    ...frame(key, series, chunk.stored, version, statusOf(version, withdrawn), conceptOf(series.metric)),
    ...(withdrawn
      ? { dataAbsentReason: { coding: [{ system: systems.dataAbsent, code: 'not-applicable' }] } }
      : {
          valueSampledData: {
            origin: { value: chunk.offset, ...unit },
            period: 1_000 / chunk.rateHz,
            factor: chunk.scale,
            dimensions: 1,
            data: chunk.samples.join(' '),
          },
        }),
  }
}

/** A pressure of which one part is withdrawn is none. */
export const statusOfPanel = (high: ReadingVersion, low: ReadingVersion) =>
  statusOf(high.version + low.version - 1, isWithdrawn(high.quality) || isWithdrawn(low.quality))

/** Systolic and diastolic of one device and moment as the one Observation clinicians expect (LOINC 85354-9). */
export function drawPanel(
  systolic: Series,
  diastolic: Series,
  high: ReadingVersion,
  low: ReadingVersion,
): WithId<Observation> {
  const key = { kind: 'panel', series: systolic.id, at: high.at } as const
  const stored = Math.max(high.stored, low.stored)
  const version = high.version + low.version - 1
  return {
    ...frame(key, systolic, stored, version, statusOfPanel(high, low), panelConcept),
    component: [
      { code: conceptOf(systolic.metric), ...drawnValue(systolic.metric, high) },
      { code: conceptOf(diastolic.metric), ...drawnValue(diastolic.metric, low) },
    ],
  }
}
