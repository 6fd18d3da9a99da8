import { expect, it } from 'vitest'
import { FakeClock } from '../../../platform/clock.ts'
import { watchKeepAlive } from './keep-alive.ts'

function watched(keepAliveS: number) {
  const clock = new FakeClock()
  let heardMs = clock.elapsedMs()
  let expired = 0
  const end = watchKeepAlive(
    clock,
    keepAliveS,
    () => heardMs,
    () => expired++,
  )
  const hear = () => {
    heardMs = clock.elapsedMs()
  }
  return { clock, hear, end, expired: () => expired }
}

it('ends a connection once it was silent for one and a half periods', () => {
  const { clock, expired } = watched(10)
  clock.advanceMs(14_999)
  expect(expired()).toBe(0)
  clock.advanceMs(1)
  expect(expired()).toBe(1)
  clock.advanceMs(60_000)
  expect(expired()).toBe(1)
})

it('leaves a connection alone from which anything comes', () => {
  const { clock, hear, expired } = watched(10)
  for (let i = 0; i < 20; i++) {
    clock.advanceMs(10_000)
    hear()
  }
  expect(expired()).toBe(0)
  clock.advanceMs(15_000)
  expect(expired()).toBe(1)
})

it.each([
  ['with a period of 0', 0, false],
  ['after its end', 10, true],
])('watches nothing %s', (_, keepAliveS, ended) => {
  const { clock, end, expired } = watched(keepAliveS)
  if (ended) end()
  clock.advanceMs(1_000_000)
  expect(expired()).toBe(0)
})
