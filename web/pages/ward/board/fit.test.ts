import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitWall } from './fit.ts'

const used = (height: number, count: number, columns: number): number =>
  Math.ceil(count / columns) * (height + 8)

describe('a wall', () => {
  it('holds 36 patients and three open beds on 1920 × 1080 with the shell around it', () => {
    const fit = fitWall(1_828, 984, 5, 34)
    expect(fit).toMatchObject({ columns: 6, troubleColumns: 5 })
    expect(fit?.quietHeight).toBeGreaterThanOrEqual(118)
  })

  it.each([0, 7, 14, 21, 25])('holds them all with %i in trouble', (trouble) => {
    expect(fitWall(1_828, 976, trouble, 39 - trouble)).toBeDefined()
  })

  it('never needs more height than there is, and trouble is never smaller than quiet', () => {
    const sizes = fc.record({
      width: fc.integer({ min: 300, max: 4_000 }),
      height: fc.integer({ min: 300, max: 2_200 }),
      trouble: fc.nat(60),
      quiet: fc.nat(60),
    })
    fc.assert(
      fc.property(sizes, ({ width, height, trouble, quiet }) => {
        const fit = fitWall(width, height, trouble, quiet)
        if (!fit) return
        const all = used(fit.troubleHeight, trouble, fit.columns) + used(fit.quietHeight, quiet, fit.columns)
        expect(all - 8).toBeLessThanOrEqual(height)
        if (trouble > 0 && quiet > 0) expect(fit.troubleHeight).toBeGreaterThanOrEqual(fit.quietHeight)
      }),
    )
  })

  it('says so where the screen is too small', () => {
    expect(fitWall(400, 600, 10, 20)).toBeUndefined()
  })
})
