import type { Bundle, Observation } from '@medplum/fhirtypes'
import { afterAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './server.ts'

const readings = 20_000
const kills = 10

/** Publishes until the connection breaks; answers which numbers were acknowledged. */
async function publishUntilCut(
  server: RunningServer,
  from: number,
  startMs: number,
  acknowledged: Set<number>,
): Promise<number> {
  const device = server.freeDevice(1)
  const client = await server.mqtt(device)
  let next = from
  let cut = false
  client.on('close', () => {
    cut = true
  })
  client.on('error', () => {})
  const inFlight = new Set<Promise<void>>()
  while (!cut && next < readings) {
    const i = next++
    const payload = JSON.stringify([{ n: 'heart-rate', v: 40 + (i % 100), t: (startMs + i) / 1_000 }])
    const task = client
      .publishAsync(`vitalwire/${device.id}/telemetry`, payload, { qos: 1 })
      .then(() => void acknowledged.add(i))
      .catch(() => {})
      .finally(() => inFlight.delete(task))
    inFlight.add(task)
    if (inFlight.size >= 200)
      await Promise.race([...inFlight, new Promise<void>((done) => client.once('close', () => done()))])
  }
  if (!cut)
    await Promise.race([
      Promise.all(inFlight),
      new Promise<void>((done) => client.once('close', () => done())),
    ])
  client.end(true)
  return Math.min(next, ...(acknowledged.size < next ? [next] : []))
}

async function stored(server: RunningServer, startMs: number): Promise<Map<number, number[]>> {
  const patient = server.freeDevice(1).patient
  const found = new Map<number, number[]>()
  let path: string | undefined =
    `/fhir/R4/Observation?patient=${patient}&code=http://loinc.org|8867-4&_sort=date&_count=1000`
  while (path) {
    const bundle: Bundle<Observation> = await server.get(path)
    for (const entry of bundle.entry ?? []) {
      const i = Date.parse(entry.resource!.effectiveDateTime!) - startMs
      found.set(i, [...(found.get(i) ?? []), entry.resource!.valueQuantity!.value!])
    }
    const next: string | undefined = bundle.link?.find((link) => link.relation === 'next')?.url
    path = next === undefined ? undefined : next.slice(next.indexOf('/fhir/R4'))
  }
  return found
}

describe('killed with -9 at random moments', () => {
  let server: RunningServer
  afterAll(() => server?.remove())

  it(`has every acknowledged reading of ${readings} exactly once, with its own time and value, after ${kills} kills`, async () => {
    server = await startServer()
    const startMs = Date.now() - readings - 60_000
    const acknowledged = new Set<number>()
    let next = 0
    for (let round = 0; round <= kills && next < readings; round++) {
      const last = round === kills
      const share = Math.floor(readings / (kills + 1))
      const publishing = publishUntilCut(server, next, startMs, acknowledged)
      if (!last) {
        const target = Math.min(readings, next + share)
        const until = performance.now() + 15_000
        while (acknowledged.size < target && performance.now() < until)
          await new Promise((done) => setTimeout(done, 3))
        await server.kill()
        next = await publishing
        server = await server.again()
        // What was sent and not acknowledged is sent again, as a device would.
        const again: number[] = []
        for (let i = 0; i < next; i++) if (!acknowledged.has(i)) again.push(i)
        const device = server.freeDevice(1)
        const client = await server.mqtt(device)
        for (const i of again) {
          await client.publishAsync(
            `vitalwire/${device.id}/telemetry`,
            JSON.stringify([{ n: 'heart-rate', v: 40 + (i % 100), t: (startMs + i) / 1_000 }]),
            { qos: 1 },
          )
          acknowledged.add(i)
        }
        await client.endAsync()
      } else next = await publishing
    }
    const found = await stored(server, startMs)
    const missing = [...acknowledged].filter((i) => !found.has(i))
    const wrong = [...found].filter(([i, values]) => values.length !== 1 || values[0] !== 40 + (i % 100))
    expect({ acknowledged: acknowledged.size, missing: missing.length, wrong: wrong.length }).toEqual({
      acknowledged: readings,
      missing: 0,
      wrong: 0,
    })
  }, 300_000)
})
