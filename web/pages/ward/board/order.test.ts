import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmView, BoardTile, ScoreView } from '../../../../src/monitoring/contract.ts'
import { arrange, compareTiles, isTrouble, type Standing } from './order.ts'

const tile = (id: string, bed = id): BoardTile =>
  ({ patient: { id, name: id, ageYears: 1, sex: null }, bed }) as unknown as BoardTile
const alarm = (priority: AlarmView['priority'], more: Partial<AlarmView> = {}): AlarmView =>
  ({ priority, kind: 'physiological', acknowledged: false, ...more }) as AlarmView
const score = (total: number): ScoreView => ({ total }) as ScoreView
const quiet: Standing = { alarms: [], score: undefined }

function sorted(standings: Record<string, Standing>): string[] {
  const of = (patient: string): Standing => standings[patient] ?? quiet
  return Object.keys(standings)
    .map((id) => tile(id))
    .sort((a, b) => compareTiles(a, b, of))
    .map(({ patient }) => patient.id)
}

describe('who is worst stands first', () => {
  it('high alarms, then medium, then NEWS2, then technical trouble, then the bed', () => {
    expect(
      sorted({
        bed10: quiet,
        bed2: quiet,
        technical: { alarms: [alarm('high', { kind: 'technical' })], score: undefined },
        sick: { alarms: [], score: score(7) },
        medium: { alarms: [alarm('medium')], score: score(1) },
        high: { alarms: [alarm('high')], score: undefined },
      }),
    ).toEqual(['high', 'medium', 'sick', 'technical', 'bed2', 'bed10'])
  })

  it('an alarm nobody has answered stands before an answered one of its priority', () => {
    expect(
      sorted({
        answered: { alarms: [alarm('high', { acknowledged: true })], score: score(9) },
        open: { alarms: [alarm('high')], score: score(1) },
        medium: { alarms: [alarm('medium')], score: score(12) },
      }),
    ).toEqual(['open', 'answered', 'medium'])
  })
})

it.each([
  ['nothing', quiet, false],
  ['any alarm', { alarms: [alarm('low')], score: undefined }, true],
  ['a score that asks for urgent review', { alarms: [], score: score(5) }, true],
  ['a score below that', { alarms: [], score: score(4) }, false],
] as const)('%s makes trouble or not', (_, standing, trouble) => {
  expect(isTrouble(standing)).toBe(trouble)
})

describe('a new order', () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 30 })

  it('holds everyone wanted exactly once', () => {
    fc.assert(
      fc.property(ids, ids, fc.nat(), (shown, wanted, pick) => {
        const held = shown[pick % shown.length]
        expect([...arrange(shown, wanted, held)].sort()).toEqual([...wanted].sort())
      }),
    )
  })

  it('leaves the one under attention in its place', () => {
    fc.assert(
      fc.property(ids, fc.nat(), (shown, pick) => {
        const place = pick % shown.length
        const next = arrange(shown, [...shown].reverse(), shown[place])
        expect(next[place]).toBe(shown[place])
      }),
    )
  })

  it('is what was wanted where nobody is under attention', () => {
    expect(arrange(['a', 'b'], ['b', 'c', 'a'], undefined)).toEqual(['b', 'c', 'a'])
    expect(arrange(['a', 'b'], ['c'], 'b')).toEqual(['c'])
  })
})
