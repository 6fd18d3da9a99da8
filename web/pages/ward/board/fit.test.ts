import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitWall, idleHeight } from './fit.ts'

const used = (height: number, count: number, columns: number): number =>
  Math.ceil(count / columns) * (height + 8)

describe('a wall', () => {
  it('holds 36 patients and three open beds on 1920 × 1080 with the shell around it', () => {
    const fit = fitWall(1_828, 984, { trouble: 4, quiet: 32, idle: 3 })
    expect(fit).toMatchObject({ columns: 5, troubleColumns: 4 })
    expect(fit?.quietHeight).toBeGreaterThanOrEqual(94)
  })

  it('keeps trouble wide enough for a name and a whole alarm before it keeps tiles tall', () => {
    expect(fitWall(1_828, 984, { trouble: 6, quiet: 30, idle: 3 })).toMatchObject({ troubleColumns: 3 })
  })

  it.each([0, 7, 14, 21, 25])('holds them all with %i in trouble', (trouble) => {
    expect(fitWall(1_828, 976, { trouble, quiet: 36 - trouble, idle: 3 })).toBeDefined()
  })

  it('never needs more height than there is, and trouble is never smaller than quiet', () => {
    const sizes = fc.record({
      width: fc.integer({ min: 300, max: 4_000 }),
      height: fc.integer({ min: 300, max: 2_200 }),
      trouble: fc.nat(60),
      quiet: fc.nat(60),
      idle: fc.nat(12),
    })
    fc.assert(
      fc.property(sizes, ({ width, height, ...counts }) => {
        const { trouble, quiet, idle } = counts
        const fit = fitWall(width, height, counts)
        if (!fit) return
        const all =
          used(fit.troubleHeight, trouble, fit.troubleColumns) +
          used(fit.quietHeight, quiet, fit.columns) +
          used(idleHeight, idle, fit.columns)
        expect(all - 8).toBeLessThanOrEqual(height)
        if (trouble > 0 && quiet > 0) expect(fit.troubleHeight).toBeGreaterThanOrEqual(fit.quietHeight)
      }),
    )
  })

  it('says so where the screen is too small', () => {
    expect(fitWall(400, 600, { trouble: 10, quiet: 20, idle: 0 })).toBeUndefined()
  })
})
