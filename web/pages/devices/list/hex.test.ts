import { expect, it } from 'vitest'
import { hexLines } from './hex.ts'

it('bytes stand as offset, hex and text', () => {
  const { lines, cut } = hexLines(btoa('[{"n":"spo2"}]\n\u0000\u00ff'))
  expect(lines[0]).toBe('0000  5b 7b 22 6e 22 3a 22 73 70 6f 32 22 7d 5d 0a 00  [{"n":"spo2"}]··')
  expect(lines[1]?.startsWith('0010  ff')).toBe(true)
  expect(cut).toBe(false)
})

it('a long message is cut and says so', () => {
  expect(hexLines(btoa('x'.repeat(5_000)), 2)).toMatchObject({ cut: true, lines: { length: 2 } })
})
