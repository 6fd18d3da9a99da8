import { type Chance, chanceFrom, Wander } from '../chance.ts'
import type { Course } from '../courses/course.ts'
import { driveAt } from '../courses/course.ts'
import { type BreathingState, breathingAtRest, stepBreathing } from './breathing.ts'
import { type CirculationState, circulationAtRest, stepCirculation } from './circulation.ts'
import { brainSupply, type Consciousness, consciousnessAt } from './consciousness.ts'
import type { Drive } from './drive.ts'
import { type GlucoseState, glucoseAtRest, stepGlucose } from './glucose.ts'
import { inspiredFraction } from './oxygen.ts'
import { type Person, type PersonTraits, personFrom } from './person.ts'

/** What a perfect observer would read. */
export interface Vitals {
  readonly heartRate: number
  readonly strokeVolumeMl: number
  readonly systolic: number
  readonly diastolic: number
  readonly meanPressure: number
  readonly respiratoryRate: number
  readonly tidalVolumeL: number
  readonly spo2: number
  readonly temperature: number
  /** Interstitial, mg/dL. */
  readonly glucoseMgPerDl: number
  readonly oxygenLPerMin: number
  /** 0 … 1. */
  readonly inspiredFraction: number
  readonly consciousness: Consciousness
  /** Strength of the pulse at the finger, 1 at rest. */
  readonly perfusion: number
  /** 0 rest … 1 walking. */
  readonly activity: number
}

export interface PatientSetup extends PersonTraits {
  readonly id: string
  readonly seed: string
  readonly course: Course
  /** Minutes into the course at which the patient is met. */
  readonly startMinute: number
  /** Hour of the local day at that moment. */
  readonly hourOfDay: number
}

const temperatureLagS = 40 * 60
const acidosisLagS = 20 * 60
const mealHours = [8, 12.5, 18.5]
/** Carbohydrate of a ward's meal, as far as it acts at once. */
const mealGrams = [24, 38] as const
/** How long before `startMinute` a body is run, so that slow states have settled. */
const settlingMinutes = 120
/** The longest step of a body of which nobody watches each second; divides a minute. */
export const longestStepS = 10
/** The baroreflex swings by itself in longer steps than this. */
const longestReflexStepS = 5

/** One body on its course: `step` moves it by a second of its own time, or by up to `longestStepS`. */
export class Patient {
  readonly person: Person
  readonly #course: Course
  readonly #chance: Chance
  readonly #noise: Record<'heart' | 'pressure' | 'breath' | 'saturation', Wander>
  #minute: number
  #hour: number
  #circulation: CirculationState
  #breathing: BreathingState
  #glucose: GlucoseState
  #temperature: number
  #acidosis = 0
  #activity = 0
  #saturationNoise = 0
  #drive: Drive

  constructor(setup: PatientSetup) {
    this.#chance = chanceFrom(`${setup.seed}/${setup.id}`)
    this.person = setup.course.shape(personFrom(setup, this.#chance.fork('person')))
    this.#course = setup.course
    const noise = (name: string, deviation: number, correlationS: number) =>
      new Wander(this.#chance.fork(name), deviation, correlationS)
    this.#noise = {
      heart: noise('heart', 1.4, 90),
      pressure: noise('pressure', 1.6, 200),
      breath: noise('breath', 0.6, 60),
      saturation: noise('saturation', 0.25, 120),
    }
    this.#circulation = circulationAtRest(this.person)
    this.#breathing = breathingAtRest(this.person)
    this.#glucose = glucoseAtRest(this.person.glucoseMgPerDl)
    this.#temperature = this.person.temperature
    const settling = Math.min(settlingMinutes, 60 + Math.max(0, setup.startMinute))
    this.#minute = setup.startMinute - settling
    this.#hour = (((setup.hourOfDay - settling / 60) % 24) + 24) % 24
    this.#drive = driveAt(this.#course, this.#minute)
    this.#temperature += this.#drive.feverCelsius
    for (let second = 0; second < settling * 60; second += longestStepS) this.step(longestStepS)
  }

  /** Minutes into the course. */
  get minute(): number {
    return this.#minute
  }
  get drive(): Drive {
    return this.#drive
  }

  step(seconds = 1): void {
    const drive = driveAt(this.#course, this.#minute)
    this.#drive = drive
    // Two waves a day: lowest near 04:00.
    const circadian = Math.cos(((this.#hour - 16) / 24) * 2 * Math.PI)
    this.#stepActivity(seconds)
    this.#temperature +=
      (seconds / temperatureLagS) *
      (this.person.temperature + drive.feverCelsius + 0.2 * circadian - this.#temperature)
    const circulating = {
      drive,
      temperature: this.#temperature,
      activity: this.#activity,
      stress: this.#stress(),
      circadianHeartRate: 3 * circadian,
      heartRateNoise: this.#noise.heart.step(seconds),
      pressureNoise: this.#noise.pressure.step(seconds),
    }
    const reflexSteps = Math.ceil(seconds / longestReflexStepS)
    for (let reflex = 0; reflex < reflexSteps; reflex++) {
      this.#circulation = stepCirculation(this.person, this.#circulation, circulating, seconds / reflexSteps)
    }
    this.#breathing = stepBreathing(
      this.person,
      this.#breathing,
      {
        drive,
        temperature: this.#temperature,
        activity: this.#activity,
        acidosis: this.#acidosis,
        cardiacOutputLPerMin: this.#circulation.cardiacOutputLPerMin,
        rateNoise: this.#noise.breath.step(seconds),
      },
      seconds,
    )
    this.#stepAcidosis(seconds)
    this.#stepGlucose(drive, seconds)
    this.#saturationNoise = this.#noise.saturation.step(seconds)
    this.#minute += seconds / 60
    this.#hour = (this.#hour + seconds / 3600) % 24
  }

  vitals(): Vitals {
    const { heartRate, strokeVolumeMl, systolic, diastolic, meanPressure, sympathetic } = this.#circulation
    return {
      heartRate,
      strokeVolumeMl,
      systolic,
      diastolic,
      meanPressure,
      respiratoryRate: this.#breathing.rate,
      tidalVolumeL: this.#breathing.tidalVolumeL,
      spo2: Math.min(100, 100 * this.#breathing.saturation + this.#saturationNoise),
      temperature: this.#temperature,
      glucoseMgPerDl: this.#glucose.interstitial,
      oxygenLPerMin: this.#drive.oxygenLPerMin,
      inspiredFraction: inspiredFraction(this.#drive.oxygenLPerMin),
      consciousness: consciousnessAt(
        brainSupply({
          meanPressure,
          saturation: this.#breathing.saturation,
          glucoseMgPerDl: this.#glucose.plasma,
          carbonDioxideMmHg: this.#breathing.carbonDioxideMmHg,
          sedation: this.#drive.sedation,
        }),
      ),
      perfusion: Math.max(
        0.15,
        (strokeVolumeMl * heartRate) / (this.person.cardiacOutputLPerMin * 1_000) -
          0.5 * Math.max(0, sympathetic),
      ),
      activity: this.#activity,
    }
  }

  /** Short bouts of moving about, by day more than by night and less the sicker one is. */
  #stepActivity(seconds: number): void {
    const awake = this.#hour > 7 && this.#hour < 22
    const able = Math.max(0, 1 - 4 * Math.max(0, this.#circulation.sympathetic))
    if (this.#chance.next() < seconds / (awake ? 2_400 : 14_400)) {
      this.#activity = Math.min(0.7, this.#activity + this.#chance.between(0.15, 0.5) * able)
    }
    this.#activity *= Math.exp(-seconds / 120)
  }

  #stress(): number {
    const hypoxia = Math.max(0, 0.88 - this.#breathing.saturation) * 2
    const hunger = Math.max(0, (70 - this.#glucose.plasma) / 60) * 0.6
    return Math.min(0.8, hypoxia + hunger)
  }

  /** Oxygen delivery below need turns to acid, slowly. */
  #stepAcidosis(seconds: number): void {
    const delivery =
      (this.#circulation.cardiacOutputLPerMin / this.person.cardiacOutputLPerMin) *
      (this.#breathing.saturation / 0.965)
    const pressureDebt = Math.max(0, (68 - this.#circulation.meanPressure) / 40)
    const wanted = Math.min(1, Math.max(0, 0.8 - delivery) * 1.6 + pressureDebt)
    this.#acidosis += ((wanted - this.#acidosis) * seconds) / acidosisLagS
  }

  #stepGlucose(drive: Drive, seconds: number): void {
    const meal = mealHours.some((hour) => this.#hour <= hour && this.#hour + seconds / 3600 > hour)
    this.#glucose = stepGlucose(
      this.#glucose,
      {
        basal: this.person.glucoseMgPerDl,
        weightKg: this.person.weightKg,
        mealGrams: meal ? this.#chance.between(...mealGrams) : 0,
        insulin: drive.insulin,
        dextrose: drive.dextrose,
        secretion: this.#course.insulinSecretion,
      },
      seconds,
    )
  }
}
