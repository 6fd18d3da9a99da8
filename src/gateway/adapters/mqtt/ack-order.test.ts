import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AckOrder, type Ticket } from './ack-order.ts'

it('gives every answer once, in the order of the places, in whatever order they are ready', () => {
  const moves = fc.array(fc.oneof(fc.constant('take'), fc.constant('pass'), fc.nat()), { maxLength: 60 })
  fc.assert(
    fc.property(moves, (steps) => {
      const order = new AckOrder()
      const open: { ticket: Ticket; serial: number }[] = []
      const given: number[] = []
      const settled = new Set<number>()
      let serial = 0
      const settle = (at: number) => {
        const [one] = open.splice(at, 1)
        settled.add(one!.serial)
        order.settle(one!.ticket, () => given.push(one!.serial))
      }
      for (const step of steps) {
        if (step === 'take') open.push({ ticket: order.take(), serial: serial++ })
        else if (step === 'pass') {
          order.pass()
          open.push({ ticket: order.claim()!, serial: serial++ })
        } else if (open.length > 0) settle((step as number) % open.length)
        const firstOpen = Math.min(...open.map((one) => one.serial), serial)
        expect(given).toEqual(Array.from({ length: firstOpen }, (_, i) => i))
      }
      while (open.length > 0) settle(open.length - 1)
      expect(given).toEqual(Array.from({ length: serial }, (_, i) => i))
    }),
  )
})

it('lets places passed on be claimed oldest first', () => {
  const order = new AckOrder()
  const given: string[] = []
  order.pass()
  const between = order.take()
  order.pass()
  const [first, second] = [order.claim()!, order.claim()!]
  expect(order.claim()).toBeUndefined()
  order.settle(second, () => given.push('second'))
  order.settle(between, () => given.push('between'))
  expect(given).toEqual([])
  order.settle(first, () => given.push('first'))
  expect(given).toEqual(['first', 'between', 'second'])
})
