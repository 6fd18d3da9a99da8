import { expect, it } from 'vitest'
import { files } from './repository.ts'

const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? ''

it('every dependency has its reason in docs/dependencies.md, and nothing else has', () => {
  const { dependencies, devDependencies } = JSON.parse(textOf('package.json'))
  const installed = Object.keys({ ...dependencies, ...devDependencies }).sort()
  const rows = [...textOf('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)]
  expect(rows.map((row) => row[1]).sort()).toEqual(installed)
  expect(rows.filter((row) => (row[2] ?? '').length < 15).map((row) => row[1])).toEqual([])
})
