/** Waveforms that look like what they stand for, computed from time alone. */
const bump = (phase: number, at: number, width: number, height: number): number =>
  height * Math.exp(-((phase - at) ** 2) / (2 * width ** 2))

export const rateHzOf = (metric: string): number =>
  metric.startsWith('ecg') ? 250 : metric === 'pleth' ? 100 : 50

/** `seconds` since any epoch; the same second always gives the same sample. */
export function sampleAt(
  metric: string,
  seconds: number,
  heartRate: number,
  respiratoryRate: number,
): number {
  const beat = (seconds * heartRate) / 60
  const phase = beat - Math.floor(beat)
  const breath = Math.sin(2 * Math.PI * ((seconds * respiratoryRate) / 60))
  if (metric.startsWith('ecg')) {
    const waves =
      bump(phase, 0.2, 0.022, 0.12) + bump(phase, 0.33, 0.008, -0.12) + bump(phase, 0.35, 0.009, 1.15)
    return waves + bump(phase, 0.375, 0.01, -0.25) + bump(phase, 0.6, 0.045, 0.28) + breath * 0.04
  }
  if (metric === 'pleth') {
    return (
      bump(phase, 0.28, 0.09, 1) +
      bump(phase, 0.52, 0.09, 0.38) +
      bump(phase, 0.75, 0.14, 0.12) +
      breath * 0.05
    )
  }
  return breath + 0.15 * Math.sin(4 * Math.PI * ((seconds * respiratoryRate) / 60))
}

export function samplesBetween(
  metric: string,
  fromMs: number,
  toMs: number,
  heartRate: number,
  respiratoryRate: number,
): { readonly startAtMs: number; readonly samples: Int16Array } {
  const rateHz = rateHzOf(metric)
  const first = Math.ceil((fromMs / 1_000) * rateHz)
  const last = Math.ceil((toMs / 1_000) * rateHz)
  const samples = new Int16Array(last - first)
  for (let i = first; i < last; i += 1) {
    samples[i - first] = Math.round(sampleAt(metric, i / rateHz, heartRate, respiratoryRate) * 1_000)
  }
  return { startAtMs: (first / rateHz) * 1_000, samples }
}
