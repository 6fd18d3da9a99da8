import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gatewayProblem, gatewayProblemCodes, quoted } from './problems.ts'

const folder = new URL('./', import.meta.url)
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)
const textOf = (wanted: (file: string) => boolean) =>
  sources
    .filter((file) => wanted(file) && !/(^|\/)problems(\.test)?\.ts$/.test(file))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n')
const code = textOf((file) => !file.endsWith('.test.ts'))
const contracts = ['adapter.ts', 'external-broker.test.ts'].map((file) =>
  readFileSync(new URL(`../../tests/contracts/${file}`, import.meta.url), 'utf8'),
)
const tests = textOf((file) => file.endsWith('.test.ts')) + contracts.join('\n')
/** Seen in tests by their status alone. */
const seenByStatus: ReadonlySet<string> = new Set(['busy', 'sign-in-refused'])

describe.each(gatewayProblemCodes)('problem %s', (name) => {
  it('is raised somewhere, and some test sees it', () => {
    expect(code).toContain(`'${name}'`)
    if (!seenByStatus.has(name)) expect(tests).toContain(`'${name}'`)
  })
  it('says in a sentence what was wrong, with nothing left open', () => {
    const { message, status } = gatewayProblem(name, { what: 'X' })
    expect(message).toMatch(/^[A-Z].*\.$/)
    expect(message).not.toContain('{}')
    expect(status).toBeGreaterThanOrEqual(400)
  })
})

it('quotes what came from outside cut and without control characters', () => {
  expect(quoted('a\n\u0000b')).toBe('“a··b”')
  expect(quoted('x'.repeat(100))).toBe(`“${'x'.repeat(64)}…”`)
  expect(gatewayProblem('metric-unknown', { what: '$&$1' }).message).toContain('$&$1')
})
