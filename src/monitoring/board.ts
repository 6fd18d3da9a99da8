import { dataOfAlarm, dataOfMetric, dataOfScores, dataOfWaveforms } from '../kernel/metrics/data-class.ts'
import { metrics } from '../kernel/metrics/index.ts'
import type { DataOf } from '../kernel/patient-filter.ts'
import type { Permit } from '../kernel/permit.ts'
import { isoFromMicros, type Micros } from '../kernel/time.ts'
import type { LatestValue, Telemetry } from '../telemetry/model.ts'
import type { Board, BoardTile } from './contract.ts'
import type { Census, CensusEntry, WatchedDevices } from './model.ts'
import type { ScoreKeeper } from './scores/score-keeper.ts'
import type { ShownAlarms } from './shown-alarms.ts'

export interface BoardDeps {
  readonly census: Census
  readonly telemetry: Telemetry
  readonly devices: WatchedDevices
  readonly scores: ScoreKeeper
  readonly shown: ShownAlarms
}

/** A place on the board tells of a stay, and whose it is. */
const dataOfStays: DataOf = { dataClass: 'care', labels: [] }
const dataOfNames: DataOf = { dataClass: 'demographics', labels: [] }

/** What a tile may sweep, best first. */
const waveformOrder = ['ecg', 'pleth', 'respiration', 'arterial', 'capno']

const waveformRank = (metric: string): number => {
  const rank = waveformOrder.findIndex((part) => metric.includes(part))
  return rank < 0 ? waveformOrder.length : rank
}

/** Everything the ward board shows, from memory alone. */
export function buildBoard(deps: BoardDeps, permit: Permit, now: Micros): Board {
  const entries = deps.census.wardCensus().filter(({ patientId }) => permit.covers([patientId], dataOfStays))
  const units = new Map(entries.map(({ unit }) => [unit.id, unit]))
  return {
    serverTime: isoFromMicros(now),
    units: [...units.values()],
    tiles: entries.map((entry) => tile(deps, entry, permit, now)),
  }
}

function tile(deps: BoardDeps, entry: CensusEntry, permit: Permit, now: Micros): BoardTile {
  const { patientId } = entry
  const devices = deps.devices.onPatient(patientId)
  const named = permit.covers([patientId], dataOfNames)
  const sees = (data: DataOf) => permit.covers([patientId], data)
  const latest = deps.telemetry.latest(patientId).filter(({ series }) => sees(dataOfMetric(series.metric)))
  return {
    patient: {
      id: patientId,
      name: named ? entry.name : '—',
      ageYears: named ? ageYears(entry.birthDate, now) : null,
      sex: named ? entry.sex : null,
    },
    unit: entry.unit,
    bed: entry.bed,
    simulated: devices.length > 0 && devices.every((device) => device.simulated),
    readings: latest.flatMap(boardReading),
    waveforms: sees(dataOfWaveforms) ? waveformsOf(deps.telemetry, patientId) : [],
    score: sees(dataOfScores) ? (deps.scores.view(patientId) ?? null) : null,
    alarms: deps.shown.of(patientId).filter((alarm) => sees(dataOfAlarm(alarm))),
    devices: devices.map(({ id, name }) => ({ id, name, connection: deps.devices.presence(id).connection })),
  }
}

function boardReading(latest: LatestValue): BoardTile['readings'] {
  const { series, measuredAt, value, quality } = latest
  if (metrics.get(series.metric)?.kind === 'waveform') return []
  return [
    {
      metric: series.metric,
      value: Number.isNaN(value) ? null : value,
      quality,
      measuredAt: isoFromMicros(measuredAt),
      device: series.device,
    },
  ]
}

function waveformsOf(telemetry: Telemetry, patient: string): readonly string[] {
  const found = new Set<string>()
  for (const { metric } of telemetry.seriesOfPatient(patient)) {
    if (metrics.get(metric)?.kind === 'waveform') found.add(metric)
  }
  return [...found].sort((a, b) => waveformRank(a) - waveformRank(b))
}

/** Whole years; a birth date without month or day counts from its first day. */
export function ageYears(birthDate: string | null, now: Micros): number | null {
  if (birthDate === null) return null
  const [year, month = 1, day = 1] = birthDate.split('-').map(Number)
  if (year === undefined || Number.isNaN(year)) return null
  const today = new Date(now / 1_000)
  const birthdayPassed =
    today.getUTCMonth() + 1 > month || (today.getUTCMonth() + 1 === month && today.getUTCDate() >= day)
  return today.getUTCFullYear() - year - (birthdayPassed ? 0 : 1)
}
