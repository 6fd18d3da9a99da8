import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { en } from './en.ts'

type Tree = { readonly [key: string]: string | Tree }

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  )
}

/** Each language has as many plural forms as it needs; the key is what they share. */
const withoutPlural = (key: string): string => key.replace(/_(zero|one|two|few|many|other)$/, '')
const keysOf = (tree: Tree): string[] => [...new Set(leaves(tree).map(([key]) => withoutPlural(key)))].sort()
const placeholders = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort()

const english = new Map(leaves(en))

describe.each([
  ['German', de],
  ['Arabic', ar],
] as const)('%s', (_, language) => {
  it('has every key of English and none besides', () => {
    expect(keysOf(language)).toEqual(keysOf(en))
  })

  it('leaves no sentence empty and keeps each placeholder', () => {
    for (const [key, text] of leaves(language)) {
      expect(text, key).not.toBe('')
      const original = english.get(key)
      if (original !== undefined && !/_(zero|one|two)$/.test(key)) {
        expect(placeholders(text), key).toEqual(placeholders(original))
      }
    }
  })
})

it('every key that the source names is in English', () => {
  const root = new URL('../..', import.meta.url).pathname
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith('dist') && !name.includes('.test.'),
  )
  const known = new Set(keysOf(en))
  const missing: string[] = []
  for (const file of files) {
    const source = readFileSync(join(root, file), 'utf8')
    for (const [, key] of source.matchAll(/\bt\('([a-z]\w*(?:\.[\w-]+)+)'/gi)) {
      if (key !== undefined && !known.has(key)) missing.push(`${file}: ${key}`)
    }
  }
  expect(missing).toEqual([])
})
