/**
 * What recorders call their signals, and the metric of the catalogue each is. Names differ by maker and case; a name
 * that stands here twice is told apart by whether it came as a waveform or as single numbers.
 */
const waves: Readonly<Record<string, string>> = {
  i: 'ecg-i',
  ii: 'ecg-ii',
  iii: 'ecg-iii',
  avr: 'ecg-avr',
  avl: 'ecg-avl',
  avf: 'ecg-avf',
  v1: 'ecg-v1',
  v2: 'ecg-v2',
  v3: 'ecg-v3',
  v4: 'ecg-v4',
  v5: 'ecg-v5',
  v6: 'ecg-v6',
  mlii: 'ecg-ii', // the modified limb lead II of ambulatory recorders is read as lead II
  mcl1: 'ecg-v1',
  v: 'ecg-v1', // bedside monitors' unnamed chest lead stands at V1 by default
  ecg: 'ecg-ii',
  'ecg ii': 'ecg-ii',
  'ecg i': 'ecg-i',
  pleth: 'pleth',
  ppg: 'pleth',
  resp: 'resp-impedance',
  respiration: 'resp-impedance',
  abp: 'abp',
  art: 'abp',
  cvp: 'cvp-wave',
  pap: 'pap-wave',
  co2: 'co2-wave',
}

const numbers: Readonly<Record<string, string>> = {
  hr: 'heart-rate',
  'heart rate': 'heart-rate',
  pulse: 'pulse-rate',
  'pulse rate': 'pulse-rate',
  resp: 'respiratory-rate',
  rr: 'respiratory-rate',
  'resp rate': 'respiratory-rate',
  spo2: 'spo2',
  sao2: 'spo2',
  o2sat: 'spo2',
  '%spo2': 'spo2',
  nbpsys: 'systolic-bp',
  'nbp sys': 'systolic-bp',
  nbpdias: 'diastolic-bp',
  'nbp dias': 'diastolic-bp',
  nbpmean: 'mean-bp',
  'nbp mean': 'mean-bp',
  sbp: 'systolic-bp',
  dbp: 'diastolic-bp',
  map: 'mean-bp',
  abpsys: 'arterial-systolic',
  'abp sys': 'arterial-systolic',
  abpdias: 'arterial-diastolic',
  'abp dias': 'arterial-diastolic',
  abpmean: 'arterial-mean',
  'abp mean': 'arterial-mean',
  cvp: 'cvp',
  temp: 'body-temperature',
  temperature: 'body-temperature',
  etco2: 'end-tidal-co2',
  'et co2': 'end-tidal-co2',
  glucose: 'glucose',
  sg: 'interstitial-glucose',
  gl: 'interstitial-glucose',
}

/** The metric id for a recorder's name, or the name itself where it is in the form of one. */
export function metricForSignal(
  signal: string,
  kind: 'wave' | 'number',
  known: (metric: string) => boolean,
): string | undefined {
  const plain = signal
    .trim()
    .toLowerCase()
    .replace(/[._]+$/, '')
    .replace(/_/g, ' ')
  if (known(signal.trim())) return signal.trim()
  const metric = (kind === 'wave' ? waves : numbers)[plain]
  return metric !== undefined && known(metric) ? metric : undefined
}

/** Units as recorders write them, as UCUM; `NU` (normalised units) and nothing mean the metric's own. */
const units: Readonly<Record<string, string>> = {
  bpm: '/min',
  pm: '/min',
  '%': '%',
  mmhg: 'mm[Hg]',
  mv: 'mV',
  uv: 'uV',
  v: 'V',
  'deg c': 'Cel',
  degc: 'Cel',
  c: 'Cel',
  'mg/dl': 'mg/dL',
  'mmol/l': 'mmol/L',
}

export function ucumForUnit(unit: string): string | undefined {
  const plain = unit.trim().toLowerCase()
  if (plain === '' || plain === 'nu') return undefined
  return units[plain] ?? unit.trim()
}
