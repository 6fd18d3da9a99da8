import { describe, expect, it } from 'vitest'
import { type GlucoseInputs, glucoseAtRest, stepGlucose } from './glucose.ts'

const basal = 95
const quiet: GlucoseInputs = { basal, weightKg: 70, mealGrams: 0, insulin: 0, dextrose: 0, secretion: 1 }

/** Minute values over so many minutes; `at` changes the inputs of a minute's first second. */
function play(minutes: number, at: (minute: number) => Partial<GlucoseInputs> = () => ({})) {
  let state = glucoseAtRest(basal)
  return Array.from({ length: minutes }, (_, minute) => {
    for (let second = 0; second < 60; second++) {
      const { mealGrams = 0, ...rest } = at(minute)
      state = stepGlucose(state, { ...quiet, ...rest, mealGrams: second === 0 ? mealGrams : 0 }, 1)
    }
    return state
  })
}

describe('glucose', () => {
  it('rests at its basal value', () => {
    expect(play(600).at(-1)?.plasma).toBeCloseTo(basal, 3)
  })

  it('rises within an hour of a meal, not above 200 in health, and is back in five', () => {
    const day = play(360, (minute) => ({ mealGrams: minute === 10 ? 55 : 0 }))
    const peak = Math.max(...day.map((s) => s.plasma))
    expect(peak).toBeGreaterThan(120)
    expect(peak).toBeLessThan(200)
    const at = day.findIndex((s) => s.plasma === peak)
    expect(at).toBeGreaterThan(30)
    expect(at).toBeLessThan(90)
    expect(Math.abs((day.at(-1)?.plasma ?? 0) - basal)).toBeLessThan(12)
  })

  it('stays high after the same meal without own insulin', () => {
    const meal = (minute: number) => ({ mealGrams: minute === 10 ? 55 : 0, secretion: 0 })
    const peak = Math.max(...play(240, meal).map((s) => s.plasma))
    expect(peak).toBeGreaterThan(180)
  })

  it('under the skin follows the blood by about ten minutes', () => {
    const day = play(240, (minute) => ({ mealGrams: minute === 10 ? 55 : 0 }))
    const peakMinute = (of: 'plasma' | 'interstitial') =>
      day.reduce((best, s, minute) => (s[of] > (day[best]?.[of] ?? 0) ? minute : best), 0)
    const lag = peakMinute('interstitial') - peakMinute('plasma')
    expect(lag).toBeGreaterThan(4)
    expect(lag).toBeLessThan(20)
  })

  it('falls to hypoglycaemia by too much insulin and comes back by dextrose', () => {
    const day = play(240, (minute) => ({
      insulin: minute < 100 ? 20 : 0,
      dextrose: minute >= 110 && minute < 130 ? 14 : 0,
    }))
    expect(day[100]?.plasma).toBeLessThan(55)
    expect(day[135]?.plasma).toBeGreaterThan(70)
  })
})
