import { describe, expect, it } from 'vitest'
import { chanceFrom, Wander } from './chance.ts'

const draw = (seed: string, count = 20_000) => {
  const chance = chanceFrom(seed)
  return Array.from({ length: count }, () => chance.next())
}
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe('chance', () => {
  it('is the same for the same seed, and unrelated for neighbouring seeds', () => {
    expect(draw('a', 50)).toEqual(draw('a', 50))
    const a = draw('seed-1')
    const b = draw('seed-2')
    expect(Math.abs(mean(a.map((x, i) => (x - 0.5) * ((b[i] ?? 0) - 0.5))))).toBeLessThan(0.003)
  })

  it('is even over [0, 1)', () => {
    const values = draw('even')
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...values)).toBeLessThan(1)
    expect(mean(values)).toBeCloseTo(0.5, 1)
    const tenth = values.filter((v) => v < 0.1).length / values.length
    expect(Math.abs(tenth - 0.1)).toBeLessThan(0.01)
  })

  it('gives forks that leave the parent’s sequence alone', () => {
    const one = chanceFrom('parent')
    const two = chanceFrom('parent')
    one.fork('child').next()
    expect(one.next()).toBe(two.next())
  })

  it('wanders around zero with its deviation and never beyond 2.5 of it', () => {
    const wander = new Wander(chanceFrom('wander'), 2, 10)
    const values = Array.from({ length: 20_000 }, () => wander.step(1))
    expect(Math.abs(mean(values))).toBeLessThan(0.2)
    expect(Math.sqrt(mean(values.map((v) => v * v)))).toBeCloseTo(2, 0)
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(5)
  })
})
