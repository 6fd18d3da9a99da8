import { camel, pascal, sentence } from './words.mjs'

export const score = {
  form: 'score',
  example: 'shock-index',
  next: 'Write its chart as data and worked examples from its source; run: npm test src/monitoring/scores',
  files: (id) => ({
    [`src/monitoring/scores/${id}.ts`]: `/**
 * ${sentence(id)}: its full name, its source with year and table, for whom it is meant and for whom not.
 * A part that is missing carries no points and is named: the total is then a lower bound.
 */
export interface ${pascal(id)}Values {
  readonly heartRate: number | null
}

export interface ${pascal(id)}Result {
  readonly total: number
  readonly complete: boolean
}

/** From (inclusive) → points; the last row that the value reaches counts. */
const heartRatePoints = [
  [0, 1],
  [51, 0],
  [91, 1],
] as const

export function ${camel(id)}({ heartRate }: ${pascal(id)}Values): ${pascal(id)}Result {
  if (heartRate === null) return { total: 0, complete: false }
  const row = heartRatePoints.findLast(([from]) => Math.round(heartRate) >= from)
  return { total: row?.[1] ?? 0, complete: true }
}
`,
    [`src/monitoring/scores/${id}.test.ts`]: `import { describe, expect, it } from 'vitest'
import { ${camel(id)} } from './${id}.ts'

describe('${id}', () => {
  it.each([
    [50, 1],
    [51, 0],
    [90, 0],
    [91, 1],
  ])('a heart rate of %d carries %d', (heartRate, total) => {
    expect(${camel(id)}({ heartRate })).toEqual({ total, complete: true })
  })

  it('says so where a part is missing', () => {
    expect(${camel(id)}({ heartRate: null })).toEqual({ total: 0, complete: false })
  })
})
`,
  }),
}
