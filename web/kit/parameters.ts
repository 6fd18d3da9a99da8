/** How a metric is shown: its customary hue, its words, and how old it may be before it no longer counts as now. */
import { metrics } from '../../src/kernel/metrics/index.ts'

export type Hue = 'ecg' | 'pleth' | 'resp' | 'arterial' | 'co2' | 'glucose' | 'neutral'

const hueRules: readonly (readonly [RegExp, Hue])[] = [
  [/^ecg|heart-rate|^st-|^qt|^pvc/, 'ecg'],
  [/spo2|pleth|pulse|perfusion/, 'pleth'],
  [/co2|capno/, 'co2'],
  [/^resp|respiratory|airway|impedance/, 'resp'],
  [/arterial|^abp|^art|^ibp|invasive|^cvp|^pap/, 'arterial'],
  [/glucose/, 'glucose'],
]

export function hueOf(metric: string): Hue {
  for (const [pattern, hue] of hueRules) if (pattern.test(metric)) return hue
  return 'neutral'
}

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/**
 * Beyond these ages a value is drawn as stale. Continuous parameters arrive every second, so ten seconds of
 * silence are news; spot measurements keep their meaning until the next observation round is due.
 */
const maxAgeRules: readonly (readonly [RegExp, number])[] = [
  [/arterial-(systolic|diastolic|mean)|invasive|^(abp|art|ibp|cvp|pap)/, 10 * secondMs],
  [/(systolic|diastolic|mean)-bp|nibp/, 4 * hourMs],
  [/temperature|oxygen|o2-flow|fio2|consciousness|avpu|acvpu/, 8 * hourMs],
  [/glucose/, 4 * hourMs],
  [/heart-rate|pulse-rate|spo2|respiratory-rate|etco2|^st-|perfusion/, 10 * secondMs],
]
const otherwiseMs = 8 * hourMs

export function maxAgeMsOf(metric: string): number {
  for (const [pattern, maxAgeMs] of maxAgeRules) if (pattern.test(metric)) return maxAgeMs
  return otherwiseMs
}

const words = (metric: string): string => {
  const text = metric.replaceAll('-', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const waveLabels: readonly (readonly [RegExp, string])[] = [
  [/^ecg-?(lead-)?(i{1,3}|av[rlf]|v\d|mcl\d?)$/i, 'ECG $2'],
  [/^ecg/, 'ECG'],
  [/pleth/, 'Pleth'],
  [/^resp|impedance/, 'Resp'],
  [/co2|capno/, 'CO₂'],
  [/arterial|^abp|^art|^ibp/, 'ABP'],
  [/^cvp/, 'CVP'],
  [/^pap/, 'PAP'],
]

/** Two to six letters for a tile. */
export function labelOf(metric: string): string {
  const entry = metrics.get(metric)
  if (entry && entry.kind !== 'waveform') return entry.label
  for (const [pattern, label] of waveLabels) {
    const match = pattern.exec(metric)
    if (match) {
      return label.replace('$2', (match[2] ?? '').toUpperCase().replace(/^AV/, 'aV'))
    }
  }
  return entry?.label ?? words(metric)
}

export const titleOf = (metric: string): string => metrics.get(metric)?.title ?? words(metric)
export const unitTextOf = (metric: string): string => metrics.get(metric)?.unitText ?? ''
export const decimalsOf = (metric: string): number => metrics.get(metric)?.decimals ?? 0
