import type { Chance } from '../chance.ts'

export interface PersonTraits {
  readonly ageYears: number
  readonly sex: 'female' | 'male'
  readonly weightKg: number
}

/** A body at rest and well: the operating point that the reflexes defend. */
export interface Person extends PersonTraits {
  readonly heartRate: number
  readonly meanPressure: number
  readonly pulsePressure: number
  readonly cardiacOutputLPerMin: number
  readonly respiratoryRate: number
  readonly tidalVolumeL: number
  readonly deadSpaceL: number
  readonly co2SetPoint: number
  readonly carbonDioxideLPerMin: number
  readonly oxygenUseMlPerMin: number
  readonly haemoglobinGPerDl: number
  readonly shunt: number
  readonly temperature: number
  readonly glucoseMgPerDl: number
}

/** Textbook resting values for age, sex and weight, with a person's own scatter around them. */
export function personFrom(traits: PersonTraits, chance: Chance): Person {
  const { ageYears, sex, weightKg } = traits
  const respiratoryRate = chance.between(13, 16.5)
  const carbonDioxideLPerMin = 0.2 * (weightKg / 75)
  const co2SetPoint = chance.between(38, 41)
  const deadSpaceL = 0.002 * weightKg
  // The alveolar gas equation fixes ventilation; 0.863 carries STPD to BTPS, L/min and mmHg.
  const alveolarVentilation = (863 * carbonDioxideLPerMin) / co2SetPoint
  return {
    ...traits,
    heartRate: (sex === 'female' ? 73 : 70) + chance.between(-3, 6),
    meanPressure: 91 + 0.12 * (Math.min(ageYears, 80) - 40) + chance.between(-3, 5),
    pulsePressure: 40 + 0.25 * Math.max(0, ageYears - 50) + chance.between(-4, 4),
    cardiacOutputLPerMin: (0.07 - 0.0002 * Math.max(0, ageYears - 40)) * weightKg,
    respiratoryRate,
    tidalVolumeL: deadSpaceL + alveolarVentilation / respiratoryRate,
    deadSpaceL,
    co2SetPoint,
    carbonDioxideLPerMin,
    oxygenUseMlPerMin: 3.3 * weightKg,
    haemoglobinGPerDl: (sex === 'female' ? 13.2 : 14.4) + chance.between(-0.6, 0.6),
    shunt: 0.025 + 0.0003 * ageYears,
    temperature: 36.7 + chance.between(-0.15, 0.2),
    glucoseMgPerDl: chance.between(88, 104),
  }
}
