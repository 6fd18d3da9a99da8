import { describe, expect, it } from 'vitest'
import { actOf, byDay, runsOf, thingsOf } from './words.ts'

describe('the words of an entry', () => {
  it.each([
    ['read', ['Patient/p1'], ['person']],
    ['read', ['Patient/p1/$everything'], ['everything']],
    ['read', ['/api/patients/p1/trend'], ['measurements']],
    ['search', ['Observation'], ['measurements']],
    ['search', ['MedicationRequest'], ['medication']],
    ['read', ['/api/board'], ['ward']],
    ['write', ['Basic/1/_history/1'], ['other']],
    ['live', ['/live', 'began', 'all', 'ecg-ii'], ['measurements']],
    ['sign-in', ['Practitioner/kim'], []],
  ])('%s of %j are %j', (kind, what, words) => {
    expect(thingsOf({ kind, what })).toEqual(words)
  })

  it.each([
    ['write', 'C', [], 'added'],
    ['write', 'U', [], 'write'],
    ['write', 'D', [], 'removed'],
    ['live', 'R', ['/live', 'began'], 'live'],
    ['live', 'D', ['/live', 'ended'], 'live-ended'],
    ['alarm', 'E', [], 'alarm'],
  ] as const)('%s %s is said as an act', (kind, action, what, act) => {
    expect(actOf({ kind, action, what })).toBe(act)
  })

  it('are one line where one person did the same with nothing between, but for emergencies and refusals', () => {
    const entry = (given: object) =>
      ({
        ...{ kind: 'read', action: 'R', outcome: 'done', purpose: 'TREAT', app: null, patients: [] },
        ...{ who: { reference: 'Practitioner/kim' }, what: ['Observation/1'], ...given },
      }) as unknown as Parameters<typeof runsOf>[0][number]
    const other = { who: { reference: 'Practitioner/lee' } }
    const runs = runsOf([
      ...[entry({}), entry({ what: ['Condition/1'] }), entry(other), entry({})],
      ...[entry({ purpose: 'BTG' }), entry({ purpose: 'BTG' })],
      ...[entry({ outcome: 'refused' }), entry({ outcome: 'refused' })],
    ])
    expect(runs.map(({ entries }) => entries.length)).toEqual([2, 1, 1, 1, 1, 1, 1])
    expect(runs[0]?.things).toEqual(['measurements', 'conditions'])
  })

  it('come under the day on which they were, in the order they came', () => {
    const entry = (at: string) => ({ at }) as Parameters<typeof byDay>[0][number]
    const days = byDay([
      entry('2026-03-02T11:00:00Z'),
      entry('2026-03-02T10:00:00Z'),
      entry('2026-02-27T10:00:00Z'),
    ])
    expect(days.map(([, all]) => all.length)).toEqual([2, 1])
  })
})
