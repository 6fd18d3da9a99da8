/** Annotations as coded readings: beats by their WFDB label, rhythms by the catalogue's own numbers. */
import { findMetric } from '../kernel/metrics/index.ts'

const beatCodes: ReadonlyMap<string, number> = new Map(
  Object.entries(findMetric('beat')?.codes ?? {}).map(([number, { code }]) => [code, Number(number)]),
)

/** Rhythm labels of the arrhythmia database; those without a number of their own are an irregular rhythm. */
const rhythmCodes: Readonly<Record<string, number>> = {
  N: 1,
  SBR: 1,
  AFIB: 2,
  AFL: 3,
  SVTA: 4,
  VT: 5,
  VFL: 6,
  VF: 6,
  ASYS: 7,
  P: 8,
}
const irregular = 9

export function codedEvent(
  kind: 'beat' | 'rhythm' | 'note',
  label: string,
): { metric: string; value: number } | undefined {
  if (kind === 'rhythm') return { metric: 'rhythm', value: rhythmCodes[label] ?? irregular }
  const value = kind === 'beat' ? beatCodes.get(label) : undefined
  return value === undefined ? undefined : { metric: 'beat', value }
}
