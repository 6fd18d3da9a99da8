import { expect, it } from 'vitest'
import { JournalTail } from './journal-tail.ts'
import type { Segment } from './segment.ts'

const segmentOf = (...series: number[]): Segment => ({
  series: Uint32Array.from(series),
  starts: Uint32Array.from({ length: series.length + 1 }, (_, i) => i),
  measuredAt: new Float64Array(series.length),
  value: new Float64Array(series.length),
  quality: new Uint8Array(series.length),
  received: new Float64Array(series.length),
  stored: 0,
})
const end = Number.MAX_SAFE_INTEGER

it.each([
  ['nothing is held', [], [], [[0, end]]],
  [
    'rows lie side by side',
    [5, 6, 7],
    [6],
    [
      [0, 4],
      [8, end],
    ],
  ],
  [
    'rows are missing between',
    [3, 6],
    [6],
    [
      [0, 2],
      [4, 5],
      [7, end],
    ],
  ],
] as const)('knows what it does not hold where %s', (_, ids, rows, unknown) => {
  const tail = new JournalTail(1 << 20)
  for (const id of ids) tail.holdSegment(id, segmentOf(id === 6 ? 2 : 1), 10, 20)
  const part = tail.ofSeries('segment', 2, 0, 100)
  expect([...part.rows.keys()]).toEqual(rows)
  expect(part.unknown.from.map((from, i) => [from, part.unknown.to[i]])).toEqual(unknown)
})

it('answers no rows of another time or of another series', () => {
  const tail = new JournalTail(1 << 20)
  tail.holdSegment(1, segmentOf(1, 4), 10, 20)
  const found = (series: number, from: number, to: number) =>
    tail.ofSeries('segment', series, from, to).rows.size
  expect([found(4, 20, 21), found(4, 21, 30), found(4, 0, 10), found(3, 0, 100)]).toEqual([1, 0, 0, 0])
})
