import type { Series } from '../model.ts'
import type { TelemetryStore } from '../telemetry.ts'

/** The other half of a blood pressure, of the same device and patient. */
export function diastolicOf(telemetry: TelemetryStore, systolic: Series): Series | undefined {
  if (systolic.metric !== 'systolic-bp') return undefined
  const id = telemetry.knownSeriesId(systolic.patient, systolic.device, 'diastolic-bp')
  return id === undefined ? undefined : telemetry.series(id)
}
