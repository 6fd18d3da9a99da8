import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Broker, type Received, startBroker } from '../../../tests/mqtt-broker.ts'
import { chanceFrom } from '../chance.ts'
import type { Outside } from '../outside.ts'
import { Link, type LinkSetup } from './link.ts'

/** Timers that wait to be fired by hand. */
function heldOutside() {
  const timers: { delayMs: number; run: () => void; cancelled: boolean }[] = []
  const outside: Outside = {
    nowS: () => 0,
    elapsedMs: () => 0,
    after(delayMs, run) {
      const timer = { delayMs, run, cancelled: false }
      timers.push(timer)
      return () => {
        timer.cancelled = true
      }
    },
  }
  return { outside, timers }
}

let broker: Broker
const links: Link[] = []
beforeEach(async () => {
  broker = await startBroker()
})
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.stop()))
  await broker.stop()
})

function linkWith(more: Partial<LinkSetup> = {}) {
  const held = heldOutside()
  const attempts: string[] = []
  let wake = () => {}
  const link = new Link({
    mqttUrl: broker.url,
    deviceId: 'd1',
    username: 'd1',
    password: 'right',
    outside: held.outside,
    chance: chanceFrom('link'),
    onAttempt: (outcome) => {
      attempts.push(outcome)
      wake()
    },
    ...more,
  })
  links.push(link)
  /** Resolves when so many attempts were made. */
  const attempted = async (count: number) => {
    while (attempts.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return { link, attempts, attempted, timers: held.timers }
}

const telemetry = (all: readonly Received[]) =>
  all.filter((r) => r.topic === 'vitalwire/d1/telemetry').map((r) => r.payload.toString())
const status = (all: readonly Received[]) =>
  all.filter((r) => r.topic === 'vitalwire/d1/status').map((r) => r.payload.toString())
const pack = (text: string) => ({ bytes: Buffer.from(text), waveform: false })

describe('a device line', () => {
  it('says online, retained, and delivers at QoS 1 below its own topic', async () => {
    const { link } = linkWith()
    link.start()
    link.send(pack('before the line is up'))
    await broker.until((all) => telemetry(all).length === 1)
    link.send(pack('after'))
    await broker.until((all) => telemetry(all).length === 2)
    expect(broker.received.every((r) => r.qos === 1)).toBe(true)
    expect(broker.received[0]).toMatchObject({ topic: 'vitalwire/d1/status', retain: true })
    expect(status(broker.received)).toEqual(['online'])
    expect(telemetry(broker.received)).toEqual(['before the line is up', 'after'])
  })

  it.each([
    [false, ['1', '2', '3']],
    [true, ['3', '2', '1']],
  ])(
    'out of reach it leaves its will, keeps what it has and sends it after (newest first: %s)',
    async (newestFirst, order) => {
      const { link, attempted } = linkWith({ newestFirst })
      link.start()
      await attempted(1)
      link.setReachable(false)
      await broker.until((all) => status(all).includes('offline'))
      for (const text of ['1', '2', '3']) link.send(pack(text))
      link.setReachable(true)
      await broker.until((all) => telemetry(all).length === 3)
      expect(telemetry(broker.received)).toEqual(order)
      expect(status(broker.received).at(-1)).toBe('online')
    },
  )

  it('comes back by itself after the line was torn', async () => {
    const { link, attempts, attempted, timers } = linkWith()
    link.start()
    await attempted(1)
    broker.cutAll()
    await attempted(2)
    link.send(pack('kept'))
    timers.at(-1)?.run()
    await broker.until((all) => telemetry(all).includes('kept'))
    expect(attempts).toEqual(['online', 'lost', 'online'])
  })

  it('turned away, it tries again at growing distances', async () => {
    const { link, attempts, attempted, timers } = linkWith({ password: 'wrong' })
    link.start()
    for (let attempt = 1; attempt <= 4; attempt++) {
      await attempted(attempt)
      timers.at(-1)?.run()
    }
    await attempted(5)
    expect(new Set(attempts)).toEqual(new Set(['refused']))
    const delays = timers.map((t) => t.delayMs).slice(0, 4)
    for (const [index, delay] of delays.entries()) {
      expect(delay).toBeGreaterThanOrEqual(700 * 2 ** index)
      expect(delay).toBeLessThanOrEqual(1_300 * 2 ** index)
    }
  })

  it('takes leave with offline, and tries no more', async () => {
    const { link, attempted, timers } = linkWith()
    link.start()
    await attempted(1)
    await link.stop()
    expect(status(broker.received)).toEqual(['online', 'offline'])
    expect(timers.filter((t) => !t.cancelled)).toEqual([])
  })
})
