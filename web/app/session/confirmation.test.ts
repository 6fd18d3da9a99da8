import { afterEach, expect, it } from 'vitest'
import { confirmation } from './confirmation.ts'

let leave = (): void => {}
afterEach(() => {
  confirmation.answer(false)
  leave()
})

it('asks once for acts that come together, and tells all of them the answer', async () => {
  const seen: boolean[] = []
  leave = confirmation.subscribe(() => seen.push(confirmation.isAsked()))
  const acts = Promise.all([confirmation.ask(), confirmation.ask()])
  confirmation.answer(true)
  expect(await acts).toEqual([true, true])
  expect(seen).toEqual([true, false])
})

it('asks anew after an answer', async () => {
  leave = confirmation.subscribe(() => {})
  const first = confirmation.ask()
  confirmation.answer(false)
  const second = confirmation.ask()
  confirmation.answer(true)
  expect([await first, await second]).toEqual([false, true])
})

it('answers no where no page could ask', async () => {
  expect(await confirmation.ask()).toBe(false)
  expect(confirmation.isAsked()).toBe(false)
})
