import type { Consciousness } from '../physiology/consciousness.ts'
import type { Vitals } from '../physiology/patient.ts'
import type { WaveformId } from '../waveforms/signals.ts'

/** What a device reads: the body as the sensors and the drawn signals show it. */
export interface Reading {
  readonly vitals: Vitals
  /** Counted from the signals; NaN where there are too few beats or breaths to count. */
  readonly heartRate: number
  readonly respiratoryRate: number
  readonly ecgOff: boolean
  readonly spo2Off: boolean
  readonly batteryPercent: number
  readonly signalDbm: number
}

export interface Measurement {
  readonly metric: string
  /** NaN: the sensor is not on the patient. */
  readonly value: number
  /** UCUM, where it is not the metric's own. */
  readonly unit?: string
}

/** One measuring job of a device: how often, first when, and what comes of it. */
export interface Job {
  readonly name: string
  readonly everyS: number
  readonly firstAfterS: number
  /** By the patient's time (an accelerated day has its pressures), or by the wall clock. */
  readonly paced: 'patient' | 'wall'
  /** What a device says of itself is of interest only while it says it. */
  readonly about: 'patient' | 'device'
  readonly measure: (reading: Reading) => readonly Measurement[]
}

export interface SimulatedProfile {
  readonly id: string
  readonly jobs: readonly Job[]
  readonly waveforms: readonly WaveformId[]
}

const consciousnessCode: Readonly<Record<Consciousness, number>> = {
  alert: 0,
  confusion: 1,
  voice: 2,
  pain: 3,
  unresponsive: 4,
}

const job = (name: string, everyS: number, firstAfterS: number, measure: Job['measure']): Job => ({
  name,
  everyS,
  firstAfterS,
  paced: 'patient',
  about: 'patient',
  measure,
})
const wallJob = (
  name: string,
  everyS: number,
  measure: Job['measure'],
  about: Job['about'] = 'patient',
): Job => ({
  name,
  everyS,
  firstAfterS: 1,
  paced: 'wall',
  about,
  measure,
})

const heart = (reading: Reading): readonly Measurement[] => [
  { metric: 'heart-rate', value: reading.ecgOff ? Number.NaN : Math.round(reading.heartRate) },
]
const pulseOximetry = (reading: Reading): readonly Measurement[] => [
  { metric: 'spo2', value: reading.spo2Off ? Number.NaN : Math.round(reading.vitals.spo2) },
]
const pulse = (reading: Reading): readonly Measurement[] => [
  { metric: 'pulse-rate', value: reading.spo2Off ? Number.NaN : Math.round(reading.heartRate) },
]
const breathing = (reading: Reading): readonly Measurement[] => [
  { metric: 'respiratory-rate', value: reading.ecgOff ? Number.NaN : Math.round(reading.respiratoryRate) },
]
const pressure = ({ vitals }: Reading): readonly Measurement[] => [
  { metric: 'systolic-bp', value: Math.round(vitals.systolic) },
  { metric: 'diastolic-bp', value: Math.round(vitals.diastolic) },
  { metric: 'mean-bp', value: Math.round(vitals.meanPressure) },
]
const temperature = ({ vitals }: Reading): readonly Measurement[] => [
  { metric: 'body-temperature', value: Math.round(vitals.temperature * 10) / 10 },
]
const oxygen = ({ vitals }: Reading): readonly Measurement[] => [
  { metric: 'oxygen-flow', value: Math.round(vitals.oxygenLPerMin * 2) / 2 },
  { metric: 'inspired-oxygen', value: Math.round(vitals.inspiredFraction * 100) },
]
const awareness = ({ vitals }: Reading): readonly Measurement[] => [
  { metric: 'consciousness', value: consciousnessCode[vitals.consciousness] },
]
const glucose = ({ vitals }: Reading): readonly Measurement[] => [
  { metric: 'glucose', value: Math.round(vitals.glucoseMgPerDl), unit: 'mg/dL' },
]
const leads = (reading: Reading): readonly Measurement[] => [
  { metric: 'lead-off', value: reading.ecgOff || reading.spo2Off ? 1 : 0 },
]
const power = (reading: Reading): readonly Measurement[] => [
  { metric: 'battery-level', value: Math.round(reading.batteryPercent) },
  { metric: 'signal-strength', value: Math.round(reading.signalDbm) },
]

const minutes = (n: number) => n * 60

/** A wired monitor beside the bed. */
const bedside: SimulatedProfile = {
  id: 'vitalwire/bedside',
  jobs: [
    wallJob('heart', 1, heart),
    wallJob('oximetry', 1, (reading) => [...pulseOximetry(reading), ...pulse(reading)]),
    wallJob('breathing', 1, breathing),
    job('pressure', minutes(15), 2, pressure),
    job('temperature', minutes(5), 1, temperature),
    job('oxygen', minutes(1), 1, oxygen),
    // A nurse looks in; a patient who is not alert is looked in on no less often by the device's own button.
    job('awareness', minutes(30), 1, awareness),
    wallJob('leads', 10, leads, 'device'),
  ],
  waveforms: ['ecg-ii', 'pleth', 'resp-impedance'],
}

/** A hub in the home with a wearable patch, a cuff and a glucose sensor. */
const homeHub: SimulatedProfile = {
  id: 'vitalwire/home-hub',
  jobs: [
    wallJob('heart', 1, heart),
    wallJob('oximetry', 1, pulseOximetry),
    wallJob('breathing', 5, breathing),
    job('pressure', minutes(60), 2, pressure),
    job('temperature', minutes(10), 1, temperature),
    job('oxygen', minutes(5), 1, oxygen),
    job('awareness', minutes(60), 1, awareness),
    job('glucose', minutes(5), 1, glucose),
    wallJob('power', 60, power, 'device'),
    wallJob('leads', 10, leads, 'device'),
  ],
  waveforms: ['ecg-ii', 'pleth'],
}

export const simulatedProfiles: ReadonlyMap<string, SimulatedProfile> = new Map(
  [bedside, homeHub].map((profile) => [profile.id, profile]),
)
