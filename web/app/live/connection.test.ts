import { expect, it } from 'vitest'
import { pauseMs } from './connection.ts'

it('pauses grow, are bounded, and differ between clients', () => {
  expect([0, 1, 2, 3].map((attempt) => pauseMs(attempt, 0.5))).toEqual([500, 1_000, 2_000, 4_000])
  expect(pauseMs(30, 0.5)).toBe(15_000)
  expect(pauseMs(0, 0)).toBeLessThan(pauseMs(0, 0.9))
})
