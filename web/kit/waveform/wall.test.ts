import { expect, it } from 'vitest'
import { nextTurns } from './wall.ts'

it.each([
  ['a machine that keeps up draws as often as there is something new', 2, 0, 2],
  ['a machine that falls behind draws each screen less often', 2, 20, 3],
  ['and no less often than five frames apart', 5, 60, 5],
  ['a few late frames change nothing', 4, 3, 4],
  ['and one that recovers returns step by step', 4, 0, 3],
])('%s', (_, turns, late, next) => {
  expect(nextTurns(turns, late)).toBe(next)
})
