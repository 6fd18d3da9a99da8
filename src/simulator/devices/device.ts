import { type Chance, Wander } from '../chance.ts'
import type { Patient } from '../physiology/patient.ts'
import { Signals, waveformCoding } from '../waveforms/signals.ts'
import type { SenmlRecord } from '../wire/senml.ts'
import { batteryPercent, clockErrorS, type Fault, type FaultState, faultStateAt } from './fault.ts'
import type { Measurement, Reading, SimulatedProfile } from './profile.ts'

/** The gateway's bits for "lead off" (2) and "missing" (8). */
const leadOffMissing = 10

/** What a device has to send after a step, and whether it can. */
export interface Output {
  /** Each a SenML pack. */
  readonly packs: readonly (readonly SenmlRecord[])[]
  readonly faults: FaultState
}

/** One device on one body: moved in half seconds, answers with SenML. Knows no socket and no clock but its own count. */
export class SimulatedDevice {
  readonly id: string
  readonly #profile: SimulatedProfile
  readonly #patient: Patient
  readonly #signals: Signals
  readonly #faults: readonly Fault[]
  readonly #speed: number
  readonly #startS: number
  readonly #radio: Wander
  readonly #due: number[]
  #elapsedS = 0
  #patientOwedS = 0
  #signalDbm = -62

  /** `startS`: true time at the first step, seconds since 1970. `speed`: patient seconds for one second of wall clock. */
  constructor(setup: {
    id: string
    profile: SimulatedProfile
    patient: Patient
    faults: readonly Fault[]
    speed: number
    startS: number
    chance: Chance
  }) {
    this.id = setup.id
    this.#profile = setup.profile
    this.#patient = setup.patient
    this.#faults = setup.faults
    this.#speed = setup.speed
    this.#startS = setup.startS
    this.#signals = new Signals(setup.chance, setup.patient.person.ageYears)
    this.#radio = new Wander(setup.chance.fork('radio'), 4, 600)
    this.#due = setup.profile.jobs.map((job) => job.firstAfterS)
  }

  get elapsedS(): number {
    return this.#elapsedS
  }

  /** Seconds since 1970 by the device's own clock. */
  clockS(elapsedS: number): number {
    return this.#startS + elapsedS + clockErrorS(this.#faults, elapsedS)
  }

  /** Goes on by `seconds` (half a second in normal running). */
  step(seconds: number): Output {
    const fromS = this.#elapsedS
    const toS = fromS + seconds
    this.#patientOwedS += seconds * this.#speed
    for (; this.#patientOwedS >= 1; this.#patientOwedS--) this.#patient.step()
    this.#signalDbm = -62 + this.#radio.step(seconds)
    const vitals = this.#patient.vitals()
    this.#signals.extend(toS, vitals, this.#patient.drive)
    const faults = faultStateAt(this.#faults, toS / 60)
    this.#elapsedS = toS
    const packs = [this.#waveforms(fromS, toS, faults), this.#numerics(toS, faults)]
    return { packs: packs.filter((pack) => pack.length > 0), faults }
  }

  /** Skips time in which the process did not run (a laptop asleep): a gap, not a flood. */
  skip(seconds: number): void {
    this.#elapsedS += seconds
    this.#signals.extend(this.#elapsedS, this.#patient.vitals(), this.#patient.drive)
  }

  #waveforms(fromS: number, toS: number, faults: FaultState): readonly SenmlRecord[] {
    const disturbance = { motion: faults.motion, ecgOff: faults.ecgOff, plethOff: faults.spo2Off }
    const baseS = this.clockS(fromS)
    return this.#profile.waveforms.map((metric, index) => {
      const { rateHz, scale, offset } = waveformCoding[metric]
      const piece = this.#signals.piece(metric, fromS, toS, disturbance)
      return {
        ...(index === 0 ? { baseTimeS: baseS } : {}),
        name: metric,
        timeS: piece.startS - fromS,
        samples: piece.samples,
        rateHz,
        scale,
        offset,
      }
    })
  }

  #numerics(nowS: number, faults: FaultState): readonly SenmlRecord[] {
    const measurements: Measurement[] = []
    let reading: Reading | undefined
    for (const [index, job] of this.#profile.jobs.entries()) {
      const due = this.#due[index] ?? 0
      if (nowS + 1e-6 < due) continue
      const everyS = job.paced === 'wall' ? job.everyS : Math.max(1, job.everyS / this.#speed)
      this.#due[index] = due + everyS * Math.max(1, Math.ceil((nowS - due + 1e-6) / everyS))
      reading ??= this.#reading(nowS, faults)
      measurements.push(...job.measure(reading))
    }
    return measurements.map((m, index) => ({
      ...(index === 0 ? { baseTimeS: this.clockS(nowS) } : {}),
      name: m.metric,
      ...(Number.isNaN(m.value) ? { quality: leadOffMissing } : { value: m.value }),
      ...(m.unit ? { unit: m.unit } : {}),
    }))
  }

  #reading(nowS: number, faults: FaultState): Reading {
    const vitals = this.#patient.vitals()
    const counted = (value: number, fallback: number) => (Number.isNaN(value) ? fallback : value)
    return {
      vitals,
      // In the first seconds there are too few beats to count: the monitor has been on a while before we look.
      heartRate: counted(this.#signals.heartRate(nowS), vitals.heartRate),
      respiratoryRate: counted(this.#signals.respiratoryRate(nowS), vitals.respiratoryRate),
      ecgOff: faults.ecgOff,
      spo2Off: faults.spo2Off,
      batteryPercent: batteryPercent(this.#faults, nowS),
      signalDbm: this.#signalDbm,
    }
  }
}
