import { describe, expect, it } from 'vitest'
import { files, isTest, shipped } from './repository.ts'

const warnLines = 350
const mostLines = 500
/** Tables of data: long because the world is. */
const dataTables: readonly string[] = []

const linesOf = (text: string): number => text.trimEnd().split('\n').length

/** Spelled so that this file does not hold what it looks for. */
const foreign: readonly (readonly [string, RegExp])[] = [
  ['a path of one machine', /(?<![\w.])\/(wor[k]|roo[t]|hom[e]\/\w+)\//],
  ['a package registry', /registry\.npm[j]s|verdacci[o]|artifactor[y]|npmmirro[r]/i],
  ['talk of how it was made', /\bissue [#]\d|\bhelper sessio[n]|\bfar[m]\b/i],
]

describe('the text of the repository', () => {
  it(`has no file of over ${mostLines} lines`, () => {
    const long = shipped
      .filter(({ path }) => !dataTables.includes(path))
      .map(({ path, text }) => ({ path, lines: linesOf(text) }))
      .filter(({ lines }) => lines > warnLines)
    for (const { path, lines } of long)
      process.stderr.write(`${path} has ${lines} lines; is it two things?\n`)
    expect(long.filter(({ lines }) => lines > mostLines)).toEqual([])
  })

  it('runs every test: none is singled out', () => {
    const single = files.filter(
      ({ path, text }) => isTest(path) && /\b(describe|it|test)\.on[l]y\b/.test(text),
    )
    expect(single.map(({ path }) => path)).toEqual([])
  })

  it.each(foreign)('holds nothing of %s', (_what, pattern) => {
    const found = files.filter(({ text }) => pattern.test(text))
    expect(found.map(({ path, text }) => `${path}: ${pattern.exec(text)?.[0]}`)).toEqual([])
  })

  it('has a lockfile that names no host', () => {
    const lock = files.find(({ path }) => path === 'package-lock.json')
    expect(lock?.text).not.toContain('"resolved"')
  })
})
