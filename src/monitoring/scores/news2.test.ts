import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type News2Values, news2Parts, scoreNews2 } from './news2.ts'

/** Rate, saturation, oxygen, systolic, pulse, consciousness, temperature; null: not taken. */
type Row = readonly [
  rr: number | null,
  spo2: number | null,
  oxygen: 0 | 1 | null,
  sbp: number | null,
  pulse: number | null,
  acvpu: 'A' | 'C' | 'V' | 'P' | 'U' | null,
  temp: number | null,
]
const values = ([rr, spo2, oxygen, sbp, pulse, acvpu, temp]: Row): News2Values => ({
  'respiratory-rate': rr,
  'oxygen-saturation': spo2,
  'supplemental-oxygen': oxygen,
  'systolic-bp': sbp,
  pulse,
  consciousness: acvpu === null ? null : 'ACVPU'.indexOf(acvpu),
  temperature: temp,
})

describe('NEWS2, worked out by hand from the chart', () => {
  it.each<[Row, 1 | 2, number, string]>([
    [[16, 98, 0, 120, 70, 'A', 37.0], 1, 0, 'none'],
    [[12, 96, 0, 111, 51, 'A', 36.1], 1, 0, 'none'],
    [[20, 100, 0, 219, 90, 'A', 38.0], 1, 0, 'none'],
    [[11, 95, 0, 110, 50, 'A', 36.0], 1, 5, 'medium'],
    [[9, 94, 0, 101, 41, 'A', 35.1], 1, 5, 'medium'],
    [[21, 93, 0, 100, 91, 'A', 38.1], 1, 8, 'high'],
    [[24, 92, 0, 91, 110, 'A', 39.0], 1, 8, 'high'],
    [[25, 91, 0, 90, 131, 'A', 39.1], 1, 14, 'high'],
    [[8, 91, 1, 90, 40, 'U', 35.0], 1, 20, 'high'],
    [[30, 89, 1, 85, 140, 'C', 35.0], 1, 20, 'high'],
    [[16, 98, 0, 220, 70, 'A', 37.0], 1, 3, 'low-medium'],
    [[16, 98, 0, 120, 70, 'C', 37.0], 1, 3, 'low-medium'],
    [[16, 98, 0, 120, 70, 'V', 37.0], 1, 3, 'low-medium'],
    [[16, 98, 0, 120, 70, 'P', 37.0], 1, 3, 'low-medium'],
    [[16, 98, 1, 120, 70, 'A', 37.0], 1, 2, 'low'],
    [[22, 94, 1, 105, 112, 'A', 38.4], 1, 9, 'high'],
    [[18, 96, 0, 118, 95, 'A', 37.9], 1, 1, 'low'],
    [[24, 93, 0, 95, 105, 'A', 38.8], 1, 8, 'high'],
    [[16, 90, 0, 120, 70, 'A', 37.0], 2, 0, 'none'],
    [[16, 88, 1, 120, 70, 'A', 37.0], 2, 2, 'low'],
    [[16, 99, 0, 120, 70, 'A', 37.0], 2, 0, 'none'],
    [[16, 87, 0, 120, 70, 'A', 37.0], 2, 1, 'low'],
    [[16, 86, 0, 120, 70, 'A', 37.0], 2, 1, 'low'],
    [[16, 85, 0, 120, 70, 'A', 37.0], 2, 2, 'low'],
    [[16, 84, 0, 120, 70, 'A', 37.0], 2, 2, 'low'],
    [[16, 83, 0, 120, 70, 'A', 37.0], 2, 3, 'low-medium'],
    [[16, 92, 1, 120, 70, 'A', 37.0], 2, 2, 'low'],
    [[16, 93, 1, 120, 70, 'A', 37.0], 2, 3, 'low'],
    [[16, 94, 1, 120, 70, 'A', 37.0], 2, 3, 'low'],
    [[16, 95, 1, 120, 70, 'A', 37.0], 2, 4, 'low'],
    [[16, 96, 1, 120, 70, 'A', 37.0], 2, 4, 'low'],
    [[16, 97, 1, 120, 70, 'A', 37.0], 2, 5, 'medium'],
    [[26, 86, 1, 140, 95, 'A', 37.2], 2, 7, 'high'],
  ])('%j on scale %i scores %i, risk %s', (row, scale, total, risk) => {
    expect(scoreNews2(values(row), scale)).toMatchObject({ total, risk, complete: true, missing: [] })
  })

  it.each<[string, Row, 1 | 2, number, readonly string[]]>([
    ['a temperature', [25, 91, 0, 90, 131, 'A', null], 1, 12, ['temperature']],
    ['consciousness', [16, 98, 0, 120, 70, null, 37.0], 1, 0, ['consciousness']],
    [
      'pressure and oxygen',
      [16, 95, null, null, 70, 'A', 37.0],
      1,
      1,
      ['supplemental-oxygen', 'systolic-bp'],
    ],
    ['everything', [null, null, null, null, null, null, null], 1, 0, [...news2Parts]],
    [
      'oxygen on scale 2, so that a high saturation cannot be scored',
      [16, 97, null, 120, 70, 'A', 37.0],
      2,
      0,
      ['oxygen-saturation', 'supplemental-oxygen'],
    ],
    [
      'oxygen on scale 2, where a low saturation can',
      [16, 85, null, 120, 70, 'A', 37.0],
      2,
      2,
      ['supplemental-oxygen'],
    ],
  ])('without %s names what is missing and gives it no points', (_, row, scale, total, missing) => {
    const result = scoreNews2(values(row), scale)
    expect(result).toMatchObject({ total, complete: false, missing })
    for (const part of result.missing) expect(result.points[part]).toBeNull()
  })

  it.each([
    ['temperature', 38.04, 0],
    ['temperature', 38.05, 1],
    ['temperature', 35.04, 3],
    ['temperature', 35.05, 1],
    ['temperature', 36.05, 0],
    ['temperature', 39.05, 2],
    ['respiratory-rate', 20.4, 0],
    ['respiratory-rate', 20.5, 2],
    ['oxygen-saturation', 95.5, 0],
    ['oxygen-saturation', 91.4, 3],
    ['pulse', 90.4, 0],
    ['pulse', 90.5, 1],
    ['systolic-bp', 90.4, 3],
    ['systolic-bp', 90.5, 2],
  ] as const)('rounds %s %d before scoring: %i', (part, value, points) => {
    const set = { ...values([16, 98, 0, 120, 70, 'A', 37]), [part]: value }
    expect(scoreNews2(set, 1).points[part]).toBe(points)
  })
})

const anySet = fc.record<News2Values>({
  'respiratory-rate': fc.option(fc.integer({ min: 0, max: 80 })),
  'oxygen-saturation': fc.option(fc.integer({ min: 50, max: 100 })),
  'supplemental-oxygen': fc.option(fc.constantFrom(0, 1)),
  'systolic-bp': fc.option(fc.integer({ min: 30, max: 290 })),
  pulse: fc.option(fc.integer({ min: 10, max: 250 })),
  consciousness: fc.option(fc.integer({ min: 0, max: 4 })),
  temperature: fc.option(fc.integer({ min: 300, max: 430 }).map((tenths) => tenths / 10)),
})
const scales = fc.constantFrom<1 | 2>(1, 2)
const ideal = {
  'respiratory-rate': [12, 20],
  'systolic-bp': [111, 219],
  pulse: [51, 90],
  temperature: [36.1, 38],
} as const

describe('NEWS2 for any set', () => {
  it('lies between 0 and 20 and is the sum of its parts', () => {
    fc.assert(
      fc.property(anySet, scales, (set, scale) => {
        const { total, points, highestPart } = scoreNews2(set, scale)
        expect(total).toBeGreaterThanOrEqual(0)
        expect(total).toBeLessThanOrEqual(20)
        expect(total).toBe(Object.values(points).reduce<number>((sum, each) => sum + (each ?? 0), 0))
        expect(highestPart).toBeLessThanOrEqual(3)
      }),
    )
  })

  it('never falls as one sign moves away from normal', () => {
    const sign = fc.constantFrom(...(Object.keys(ideal) as (keyof typeof ideal)[]))
    fc.assert(
      fc.property(anySet, sign, fc.boolean(), fc.nat(60), fc.nat(60), (set, part, up, near, more) => {
        const from = up ? ideal[part][1] + near : ideal[part][0] - near
        const to = up ? from + more : from - more
        const at = (value: number) => scoreNews2({ ...set, [part]: value }, 1).points[part]!
        expect(at(to)).toBeGreaterThanOrEqual(at(from))
      }),
    )
  })

  it('on scale 1 never falls as the saturation does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 100 }), fc.nat(40), (spo2, fall) => {
        const at = (value: number) => scoreNews2(values([16, value, 0, 120, 70, 'A', 37]), 1).total
        expect(at(spo2 - fall)).toBeGreaterThanOrEqual(at(spo2))
      }),
    )
  })

  it('is a lower bound while parts are missing', () => {
    fc.assert(
      fc.property(anySet, fc.constantFrom(...news2Parts), (set, part) => {
        expect(scoreNews2({ ...set, [part]: null }, 1).total).toBeLessThanOrEqual(scoreNews2(set, 1).total)
      }),
    )
  })
})

interface PublishedCase {
  readonly case_id: string
  readonly scale: 1 | 2
  readonly expected_score: number
  readonly vital_signs: {
    readonly respiratory_rate: number
    readonly spo2: number
    readonly on_oxygen: boolean
    readonly temperature: number
    readonly systolic_bp: number
    readonly heart_rate: number
    readonly consciousness: 'A' | 'C' | 'V' | 'P' | 'U'
  }
}
const recordings = process.env['VITALWIRE_RECORDINGS']
const published = join(recordings ?? '', '10-ews-sepsis/news/news2_cases.json')
const reason =
  recordings && existsSync(published) ? '' : ' (skipped: VITALWIRE_RECORDINGS names no such file)'

describe.skipIf(reason !== '')(`NEWS2 for published cases${reason}`, () => {
  it('agrees with every one', () => {
    const { full_cases: cases } = JSON.parse(readFileSync(published, 'utf8')) as {
      full_cases: PublishedCase[]
    }
    expect(cases.length).toBeGreaterThan(0)
    for (const { case_id, scale, expected_score, vital_signs: v } of cases) {
      const row: Row = [
        v.respiratory_rate,
        v.spo2,
        v.on_oxygen ? 1 : 0,
        v.systolic_bp,
        v.heart_rate,
        v.consciousness,
        v.temperature,
      ]
      expect({ case_id, total: scoreNews2(values(row), scale).total }).toEqual({
        case_id,
        total: expected_score,
      })
    }
  })
})
