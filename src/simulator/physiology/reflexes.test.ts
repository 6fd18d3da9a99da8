import { describe, expect, it } from 'vitest'
import { chanceFrom } from '../chance.ts'
import { breathingAtRest, stepBreathing } from './breathing.ts'
import { circulationAtRest, stepCirculation } from './circulation.ts'
import { type BrainSupply, brainSupply, consciousnessAt } from './consciousness.ts'
import { type Drive, restingDrive } from './drive.ts'
import { personFrom } from './person.ts'

const person = personFrom({ ageYears: 55, sex: 'male', weightKg: 80 }, chanceFrom('reflexes'))

function circulate(drive: Partial<Drive>, more: { temperature?: number; stress?: number } = {}) {
  let state = circulationAtRest(person)
  for (let second = 0; second < 600; second++) {
    const inputs = {
      drive: { ...restingDrive, ...drive },
      temperature: 36.8,
      activity: 0,
      stress: 0,
      circadianHeartRate: 0,
      heartRateNoise: 0,
      pressureNoise: 0,
      ...more,
    }
    state = stepCirculation(person, state, inputs, 1)
  }
  return state
}

function breathe(drive: Partial<Drive>, acidosis = 0) {
  let state = breathingAtRest(person)
  for (let second = 0; second < 1_800; second++) {
    const inputs = {
      drive: { ...restingDrive, ...drive },
      temperature: 36.8,
      activity: 0,
      acidosis,
      cardiacOutputLPerMin: person.cardiacOutputLPerMin,
      rateNoise: 0,
    }
    state = stepBreathing(person, state, inputs, 1)
  }
  return state
}

describe('the circulation', () => {
  const rest = circulate({})

  it('rests where the person rests', () => {
    expect(Math.abs(rest.meanPressure - person.meanPressure)).toBeLessThan(2)
    expect(Math.abs(rest.heartRate - person.heartRate)).toBeLessThan(3)
  })

  it.each<[string, Partial<Drive>]>([
    ['bleeding', { volumeLoss: 0.25 }],
    ['vasodilation', { vasodilation: 0.4 }],
    ['a weak heart', { contractility: 0.7 }],
  ])('answers %s with a faster heart and holds more pressure than it would without', (_name, drive) => {
    const answered = circulate(drive)
    expect(answered.heartRate).toBeGreaterThan(rest.heartRate + 8)
    expect(answered.meanPressure).toBeLessThan(rest.meanPressure)
    expect(answered.meanPressure).toBeGreaterThan(0.68 * rest.meanPressure)
  })

  it('beats about eight faster for each degree of fever', () => {
    const perDegree =
      circulate({}, { temperature: 39 }).heartRate - circulate({}, { temperature: 38 }).heartRate
    expect(perDegree).toBeGreaterThan(5)
    expect(perDegree).toBeLessThan(10)
  })

  it('narrows the pulse pressure as the stroke falls', () => {
    const bled = circulate({ volumeLoss: 0.25 })
    expect(bled.systolic - bled.diastolic).toBeLessThan(rest.systolic - rest.diastolic - 5)
  })
})

describe('breathing', () => {
  const rest = breathe({})

  it('rests where the person rests', () => {
    expect(Math.abs(rest.rate - person.respiratoryRate)).toBeLessThan(0.5)
    expect(Math.abs(rest.carbonDioxideMmHg - person.co2SetPoint)).toBeLessThan(1)
  })

  it('is quickened by shunt, dead space and acid, and slowed by sedation with carbon dioxide rising', () => {
    expect(breathe({ shunt: 0.3 }).rate).toBeGreaterThan(rest.rate + 2)
    expect(breathe({ deadSpace: 0.2 }).rate).toBeGreaterThan(rest.rate + 1)
    expect(breathe({}, 0.8).rate).toBeGreaterThan(rest.rate + 3)
    const sedated = breathe({ sedation: 0.8 })
    expect(sedated.rate).toBeLessThan(rest.rate - 2)
    expect(sedated.carbonDioxideMmHg).toBeGreaterThan(rest.carbonDioxideMmHg + 5)
  })
})

describe('consciousness', () => {
  const well: BrainSupply = {
    meanPressure: 90,
    saturation: 0.97,
    glucoseMgPerDl: 95,
    carbonDioxideMmHg: 40,
    sedation: 0,
  }
  it.each<[string, Partial<BrainSupply>, string]>([
    ['well', {}, 'alert'],
    ['a saturation of 85 %', { saturation: 0.85 }, 'alert'],
    ['a glucose of 46', { glucoseMgPerDl: 46 }, 'confusion'],
    ['a glucose of 36', { glucoseMgPerDl: 36 }, 'voice'],
    ['a mean pressure of 50', { meanPressure: 50 }, 'confusion'],
    ['a mean pressure of 35', { meanPressure: 35 }, 'pain'],
    ['carbon dioxide of 85', { carbonDioxideMmHg: 85 }, 'voice'],
    ['no supply at all', { saturation: 0.4 }, 'unresponsive'],
  ])('with %s', (_name, change, level) => {
    expect(consciousnessAt(brainSupply({ ...well, ...change }))).toBe(level)
  })
})
