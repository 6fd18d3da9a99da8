/** The scan itself: a check that sees nothing passes everything. */
import { describe, expect, it } from 'vitest'
import { findCycle } from './cycle.ts'
import { codeOf, importsOf, stringsOf } from './repository.ts'

const file = (text: string) => ({ path: 'src/a/b/c.ts', text })
const seen = (text: string) => importsOf(file(text)).map((one) => `${one.typeOnly ? 'type ' : ''}${one.to}`)

describe('the scan', () => {
  it.each([
    ["import { x } from './x.ts'", ['src/a/b/x.ts']],
    ["import x, { y } from '../x.ts'", ['src/a/x.ts']],
    ["import * as x from 'node:fs'", ['node:fs']],
    ["import './effect.ts'", ['src/a/b/effect.ts']],
    ["import type { X } from './x.ts'", ['type src/a/b/x.ts']],
    ["import { type X } from './x.ts'", ['src/a/b/x.ts']],
    ["export { x } from './x.ts'", ['src/a/b/x.ts']],
    ["export * from './x.ts'", ['src/a/b/x.ts']],
    ["import {\n  x,\n  y,\n} from './x.ts'\nimport { z } from './z.ts'", ['src/a/b/x.ts', 'src/a/b/z.ts']],
    ["const x = await import('./x.ts')", ['src/a/b/x.ts']],
    ["// import { x } from './x.ts'\n/* import './y.ts' */", []],
    ["export const from = (x: string) => 'from'\nconst y = 'z'", []],
  ])('finds the imports of %j', (text, expected) => {
    expect(seen(text)).toEqual(expected)
  })

  it('tells code from strings and comments', () => {
    const text = "const a = 'Date.now()' // Math.random()\n/* process.env */ const b = `x y` + \"it's\""
    expect(codeOf(text)).not.toMatch(/Date|Math|process/)
    expect(stringsOf(text)).toEqual(["'Date.now()'", '`x y`', '"it\'s"'])
  })

  it('finds a circle and only a circle', () => {
    const edges = (...list: [string, string[]][]) => new Map(list)
    expect(findCycle(edges(['a', ['b', 'c']], ['b', ['c']], ['c', ['d']]))).toBeUndefined()
    expect(findCycle(edges(['a', ['b']], ['b', ['c']], ['c', ['b']]))).toEqual(['b', 'c', 'b'])
  })
})
