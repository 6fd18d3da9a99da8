import type { Permit } from '../kernel/permit.ts'
import type { Series } from './model.ts'
import { maySee } from './observation/may-see.ts'
import type { TelemetryStore } from './telemetry.ts'

/**
 * Telemetry as one caller may see it: series that the permit does not cover are not there. What answers requests takes
 * this, and it cannot be had without a permit.
 */
export interface PermittedTelemetry extends Pick<TelemetryStore, 'seriesOfPatient' | 'spans' | 'waveform'> {
  readonly permit: Permit
  readonly reading: Omit<TelemetryStore['reading'], 'storedSpans'>
}

export function permittedTelemetry(telemetry: TelemetryStore, permit: Permit): PermittedTelemetry {
  const seen = (id: number): boolean => {
    const series: Series | undefined = telemetry.series(id)
    return series !== undefined && maySee(permit, series)
  }
  /** Numbers of series come from `seriesOfPatient`; another is a mistake of ours that must not give anything out. */
  const own = (id: number): number => {
    if (seen(id)) return id
    throw new Error('a series was asked for that the permit does not cover')
  }
  const { reading } = telemetry
  return {
    permit,
    seriesOfPatient: (patient) => telemetry.seriesOfPatient(patient).filter((one) => maySee(permit, one)),
    spans: (series) => telemetry.spans(own(series)),
    waveform: (series, from, to) => telemetry.waveform(own(series), from, to),
    reading: {
      versions: (series, from, to) => reading.versions(own(series), from, to),
      newest: (series, to, count) => reading.newest(own(series), to, count),
      chunks: (series, from, to) => reading.chunks(own(series), from, to),
      rollups: (series, ...rest) => reading.rollups(own(series), ...rest),
      nextAt: (series, from) => reading.nextAt(own(series), from),
      count: (kind, series, from, to) => reading.count(kind, series.map(own), from, to),
    },
  }
}
