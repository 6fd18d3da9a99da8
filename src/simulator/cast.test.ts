import { describe, expect, it } from 'vitest'
import { demoCast } from './cast.ts'
import { courses } from './courses/index.ts'
import { batteryPercent, faultStateAt } from './devices/fault.ts'
import { patientFrom } from './fleet.ts'
import type { Vitals } from './physiology/patient.ts'

const band = (value: number, points: readonly (readonly [number, number])[], above: number) =>
  points.find(([upTo]) => value <= upTo)?.[1] ?? above

/** NEWS2 (Royal College of Physicians 2017), written down here a second time so that nothing is shared. */
function news2(v: Vitals, scale: 1 | 2): number {
  const spo2 = Math.round(v.spo2)
  const onOxygen = v.oxygenLPerMin > 0
  const scale1 = band(
    spo2,
    [
      [91, 3],
      [93, 2],
      [95, 1],
    ],
    0,
  )
  const scale2 =
    spo2 <= 92 || !onOxygen
      ? band(
          spo2,
          [
            [83, 3],
            [85, 2],
            [87, 1],
          ],
          0,
        )
      : band(
          spo2,
          [
            [94, 1],
            [96, 2],
          ],
          3,
        )
  return (
    band(
      Math.round(v.respiratoryRate),
      [
        [8, 3],
        [11, 1],
        [20, 0],
        [24, 2],
      ],
      3,
    ) +
    (scale === 1 ? scale1 : scale2) +
    (onOxygen ? 2 : 0) +
    band(
      Math.round(v.systolic),
      [
        [90, 3],
        [100, 2],
        [110, 1],
        [219, 0],
      ],
      3,
    ) +
    band(
      Math.round(v.heartRate),
      [
        [40, 3],
        [50, 1],
        [90, 0],
        [110, 1],
        [130, 2],
      ],
      3,
    ) +
    (v.consciousness === 'alert' ? 0 : 3) +
    band(
      Math.round(v.temperature * 10) / 10,
      [
        [35, 3],
        [36, 1],
        [38, 0],
        [39, 1],
      ],
      2,
    )
  )
}

const scoresAtStart = (seed: string, hour: number) =>
  demoCast(seed).map((member) => ({
    id: member.id,
    score: news2(patientFrom(member, seed, hour).vitals(), member.spo2Scale),
  }))

describe('the demo cast', () => {
  it('has 24 beds and 12 homes, each once, with courses that exist', () => {
    const cast = demoCast('demo')
    expect(
      cast.filter((m) => m.place.kind === 'bed').map((m) => m.place.kind === 'bed' && m.place.bed),
    ).toEqual(Array.from({ length: 24 }, (_, index) => index + 1))
    expect(cast.filter((m) => m.place.kind === 'home')).toHaveLength(12)
    expect(new Set(cast.map((m) => m.id)).size).toBe(36)
    expect(new Set(cast.map((m) => m.name.display)).size).toBe(36)
    for (const member of cast) expect(courses.has(member.course), member.course).toBe(true)
  })

  it('counts ages by the day it is asked for', () => {
    const born = '1957-06-21'
    const age = (today: string) => demoCast('demo', today).find((m) => m.birthDate === born)?.ageYears
    expect([age('2026-06-20'), age('2026-06-21'), age('2026-12-31')]).toEqual([68, 69, 69])
  })

  it('gives every member a coded problem and a medicine, and the same cast for the same seed', () => {
    const cast = demoCast('demo')
    expect(demoCast('demo')).toEqual(cast)
    for (const { problems, medicines } of cast) {
      expect(problems[0]?.snomed).toMatch(/^\d{6,}$/)
      expect(medicines[0]?.atc).toMatch(/^[A-Z]\d{2}[A-Z]{2}\d{2}$/)
    }
  })

  it.each([
    ['demo', 9],
    ['demo', 3],
    ['other', 15],
    ['third', 21],
  ])('opens on a calm ward with a few who are ill (seed %s, %i h)', (seed, hour) => {
    const scores = scoresAtStart(seed, hour)
    const count = (from: number, to: number) =>
      scores.filter(({ score }) => score >= from && score <= to).length
    const shown = scores.filter(({ score }) => score > 2).map(({ id, score }) => `${id}=${score}`)
    expect(scores.find(({ id }) => id === 'ward-03')?.score, shown.join()).toBeGreaterThanOrEqual(7)
    expect(count(5, 20), shown.join()).toBeGreaterThanOrEqual(3)
    expect(count(5, 20), shown.join()).toBeLessThanOrEqual(5)
    expect(count(0, 3), shown.join()).toBeGreaterThanOrEqual(30)
  })
})

describe('the open demo', () => {
  const cast = demoCast('seven-north')

  it.each([2, 6, 9, 11, 13, 14, 16, 19, 21])('raises no glucose alarm at %i h', (hour) => {
    const outside = cast
      .filter((member) => member.place.kind === 'home')
      .map((member) => ({
        id: member.id,
        glucose: patientFrom(member, 'seven-north', hour).vitals().glucoseMgPerDl,
      }))
      .filter(({ glucose }) => glucose < 72 || glucose > 178)
    expect(outside).toEqual([])
  })

  it('has technical trouble with at most two devices at any time of a day', () => {
    for (let second = 0; second < 86_400; second += 10) {
      const troubled = cast.filter(({ faults }) => {
        const { ecgOff, spo2Off, unreachable } = faultStateAt(faults, second / 60)
        return ecgOff || spo2Off || unreachable || batteryPercent(faults, second) < 20
      })
      expect(troubled.length, `${second} s: ${troubled.map(({ id }) => id).join()}`).toBeLessThanOrEqual(2)
    }
  })
})
