/** A ward made of numbers alone, the same at every start: 24 beds, 12 homes and 3 open beds. For tests and development. */
import type { AlarmView, Board, BoardReading, BoardTile, ScoreView } from '../../src/monitoring/contract.ts'

export interface DemoPatient {
  readonly id: string
  readonly name: string
  readonly ageYears: number
  readonly sex: 'female' | 'male'
  readonly bed: string
  readonly unit: 'ward-7-north' | 'home' | 'open'
  readonly vitals: Readonly<Record<string, number>>
  readonly news2: number
  readonly change: number
  readonly alarms: readonly Pick<
    AlarmView,
    'rule' | 'priority' | 'kind' | 'metric' | 'value' | 'limit' | 'text'
  >[]
}

const families =
  'Osei Brandt Nakamura Haddad Lindqvist Moreau Okafor Petrov Silva Nguyen Costa Weber Kaya Rossi Ahmed Novak Larsen Mbeki Dubois Yamada Kowalski Fischer Santos Ivanova Byrne Khan Jensen Romero Cohen Tanaka Adeyemi Schmidt Pereira Virtanen Alvarez Murphy Chen Abebe Moss'.split(
    ' ',
  )
const given =
  'Ama Jonas Emi Layla Karin Luc Chidi Vera Inês Minh Rui Anna Elif Marco Sana Petr Ida Thabo Claire Ken Ewa Max Ana Olga Sean Amir Maja Juan Noa Yuki Tolu Uwe João Aino Luz Aoife Wei Sara Ivy'.split(
    ' ',
  )

const units: Board['units'] = [
  { id: 'ward-7-north', name: '7 North', kind: 'ward' },
  { id: 'home', name: 'Hospital at home', kind: 'home' },
  { id: 'open', name: 'Open beds', kind: 'ward' },
]

const troubles: Readonly<Record<number, Partial<DemoPatient>>> = {
  0: {
    vitals: {
      'heart-rate': 118,
      spo2: 89,
      'respiratory-rate': 26,
      'systolic-bp': 92,
      'diastolic-bp': 54,
      'body-temperature': 38.9,
    },
    news2: 11,
    change: 3,
    alarms: [
      {
        rule: 'spo2-low',
        priority: 'high',
        kind: 'physiological',
        metric: 'spo2',
        value: 89,
        limit: 90,
        text: 'SpO₂ low 89 < 90 %',
      },
      {
        rule: 'respiratory-rate-high',
        priority: 'medium',
        kind: 'physiological',
        metric: 'respiratory-rate',
        value: 26,
        limit: 25,
        text: 'RR high 26 > 25 /min',
      },
      {
        rule: 'systolic-low',
        priority: 'medium',
        kind: 'physiological',
        metric: 'systolic-bp',
        value: 92,
        limit: 95,
        text: 'NIBP low 92 < 95 mmHg',
      },
    ],
  },
  5: {
    vitals: { 'heart-rate': 134, spo2: 95, 'respiratory-rate': 21 },
    news2: 6,
    change: 2,
    alarms: [
      {
        rule: 'heart-rate-high',
        priority: 'medium',
        kind: 'physiological',
        metric: 'heart-rate',
        value: 134,
        limit: 130,
        text: 'HR high 134 > 130 /min',
      },
    ],
  },
  11: {
    vitals: { 'heart-rate': 71, spo2: 97, 'respiratory-rate': 14 },
    alarms: [
      {
        rule: 'lead-off',
        priority: 'low',
        kind: 'technical',
        metric: 'heart-rate',
        value: null,
        limit: null,
        text: 'ECG lead off',
      },
    ],
  },
  17: {
    vitals: { 'heart-rate': 102, spo2: 93, 'respiratory-rate': 22, 'body-temperature': 38.4 },
    news2: 7,
    change: 1,
  },
  27: {
    vitals: { 'heart-rate': 96, spo2: 90, 'respiratory-rate': 23, glucose: 61 },
    news2: 5,
    change: 0,
    alarms: [
      {
        rule: 'glucose-low',
        priority: 'medium',
        kind: 'physiological',
        metric: 'glucose',
        value: 61,
        limit: 70,
        text: 'Glucose low 61 < 70 mg/dL',
      },
    ],
  },
}

function patientAt(i: number): DemoPatient {
  const home = i >= 24 && i < 36
  const open = i >= 36
  return {
    id: `demo-${String(i + 1).padStart(2, '0')}`,
    name: `${families[i]}, ${given[i]}`,
    ageYears: 38 + ((i * 17) % 49),
    sex: i % 2 === 0 ? 'female' : 'male',
    bed: home ? `H${i - 23}` : open ? `O${i - 35}` : String(i + 1).padStart(2, '0'),
    unit: home ? 'home' : open ? 'open' : 'ward-7-north',
    news2: (i * 5) % 4 === 3 ? 2 : (i * 5) % 3 === 2 ? 1 : 0,
    change: 0,
    alarms: [],
    ...troubles[i],
    vitals: {
      'heart-rate': 62 + ((i * 13) % 31),
      spo2: 95 + ((i * 7) % 5),
      'respiratory-rate': 12 + ((i * 5) % 7),
      'systolic-bp': 112 + ((i * 11) % 30),
      'diastolic-bp': 64 + ((i * 7) % 18),
      'mean-bp': 80 + ((i * 9) % 20),
      'body-temperature': 36.4 + ((i * 3) % 9) / 10,
      ...(i % 5 === 0 ? { 'oxygen-flow': 2 + (i % 3) } : {}),
      ...troubles[i]?.vitals,
    },
  }
}

export const demoPatients: readonly DemoPatient[] = Array.from({ length: 39 }, (_, i) => patientAt(i))

export const hasData = (patient: DemoPatient): boolean => patient.unit !== 'open'
export const waveformsOf = (patient: DemoPatient): readonly string[] =>
  patient.unit === 'open'
    ? []
    : patient.unit === 'home'
      ? ['pleth', 'resp-impedance']
      : ['ecg-ii', 'pleth', 'resp-impedance']

export function alarmsOf(patient: DemoPatient, startMs: number): AlarmView[] {
  return patient.alarms.map((alarm, i) => ({
    ...alarm,
    id: `${patient.id}-${alarm.rule}`,
    patient: patient.id,
    device: `monitor-${patient.id}`,
    title: alarm.text,
    state: 'active',
    acknowledged: false,
    acknowledgedBy: null,
    acknowledgedAt: null,
    raisedAt: new Date(startMs - 42_000 - i * 61_000).toISOString(),
    clearedAt: null,
    inhibitedBy: null,
  }))
}

function scoreOf(patient: DemoPatient, nowMs: number): ScoreView {
  const { vitals, news2 } = patient
  const part = (name: string, metric: string, points: number | null) => ({
    name,
    metric,
    value: points === null ? null : (vitals[metric] ?? null),
    points,
    ageSeconds: points === null ? null : 4,
  })
  return {
    score: 'news2',
    patient: patient.id,
    total: news2,
    complete: patient.unit !== 'home',
    missing: patient.unit === 'home' ? ['consciousness'] : [],
    parts: [
      part('Respiration rate', 'respiratory-rate', Math.min(3, news2)),
      part('Oxygen saturation', 'spo2', Math.min(3, Math.max(0, news2 - 3))),
      part('Air or oxygen', 'oxygen-flow', 0),
      part('Systolic blood pressure', 'systolic-bp', Math.min(2, Math.max(0, news2 - 6))),
      part('Pulse', 'heart-rate', Math.min(2, Math.max(0, news2 - 8))),
      part('Consciousness', 'consciousness', patient.unit === 'home' ? null : 0),
      part('Temperature', 'body-temperature', Math.min(1, Math.max(0, news2 - 10))),
    ],
    risk: news2 >= 7 ? 'high' : news2 >= 5 ? 'medium' : news2 > 0 ? 'low' : 'none',
    scale: 1,
    at: new Date(nowMs).toISOString(),
    changeInHour: patient.change,
  }
}

const minuteMs = 60_000
const slow = new Set(['systolic-bp', 'diastolic-bp', 'mean-bp', 'body-temperature', 'oxygen-flow', 'glucose'])

export const isSlow = (metric: string): boolean => slow.has(metric)

/** A value that breathes a little, the same for everyone who asks at the same second. */
export function valueAt(patient: DemoPatient, metric: string, ms: number): number {
  const base = patient.vitals[metric] ?? 0
  if (isSlow(metric)) return base
  const phase = Number(patient.id.slice(-2)) * 0.7
  const swing = metric === 'spo2' ? 0.6 : base * 0.018
  return Math.round(base + Math.sin(ms / 9_000 + phase) * swing)
}

export function readingsOf(patient: DemoPatient, nowMs: number): BoardReading[] {
  if (!hasData(patient)) return []
  return Object.keys(patient.vitals).map((metric) => ({
    metric,
    value: valueAt(patient, metric, nowMs),
    quality: 0,
    measuredAt: new Date(isSlow(metric) ? nowMs - 23 * minuteMs : nowMs).toISOString(),
    device: `monitor-${patient.id}`,
  }))
}

export function boardOf(nowMs: number, alarms: readonly AlarmView[]): Board {
  const tiles = demoPatients.map(
    (patient): BoardTile => ({
      patient: { id: patient.id, name: patient.name, ageYears: patient.ageYears, sex: patient.sex },
      unit: units.find((unit) => unit.id === patient.unit)!,
      bed: patient.bed,
      simulated: hasData(patient),
      readings: readingsOf(patient, nowMs),
      waveforms: waveformsOf(patient),
      score: hasData(patient) ? scoreOf(patient, nowMs) : null,
      alarms: alarms.filter((alarm) => alarm.patient === patient.id && alarm.state !== 'cleared'),
      devices: hasData(patient)
        ? [{ id: `monitor-${patient.id}`, name: `Monitor ${patient.bed}`, connection: 'online' }]
        : [],
    }),
  )
  return { serverTime: new Date(nowMs).toISOString(), units, tiles }
}
