import { expect, it } from 'vitest'
import { fullInDays } from './forecast.ts'

const forEver = { bytes: 0, bytesPerDay: 10, days: null }

it.each([
  ['nothing grows', 1_000, [], null],
  ['one part grows for ever', 1_000, [forEver], 100],
  ['two grow together', 1_000, [forEver, forEver], 50],
  ['a part that is kept ten days stops at ten days of it', 1_000, [{ ...forEver, days: 10 }], null],
  ['it stops after the disk is full', 50, [{ ...forEver, days: 10 }], 5],
  ['what is there already counts', 50, [{ bytes: 80, bytesPerDay: 10, days: 10 }], null],
  ['one stops, the other goes on', 1_000, [{ ...forEver, days: 10 }, forEver], 90],
  [
    'a part that holds more than its days does not grow',
    1_000,
    [{ bytes: 500, bytesPerDay: 10, days: 10 }],
    null,
  ],
  ['a disk that is full is full today', 0, [forEver], 0],
] as const)('%s', (_, free, parts, expected) => {
  expect(fullInDays(free, parts)).toBe(expected)
})
