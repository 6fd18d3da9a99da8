/** Annotations as coded readings: beats by their WFDB number, rhythms by the catalogue's own. */
const beatCodes: Readonly<Record<string, number>> = {
  N: 1,
  L: 2,
  R: 3,
  a: 4,
  V: 5,
  F: 6,
  J: 7,
  A: 8,
  S: 9,
  E: 10,
  j: 11,
  '/': 12,
  Q: 13,
  B: 25,
  '?': 30,
  e: 34,
  n: 35,
  f: 38,
  r: 41,
}

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
  const value = kind === 'beat' ? beatCodes[label] : undefined
  return value === undefined ? undefined : { metric: 'beat', value }
}
