import type { Bundle, Observation } from '@medplum/fhirtypes'
import { afterAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './server.ts'

const readings = 20_000
/** Ten where it is asked for; half of that finds the same faults in half the time. */
const kills = Number(process.env['VITALWIRE_KILLS'] ?? 5)

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
  let inFlight = 0
  let wake = () => {}
  const until = async (done: () => boolean) => {
    while (!cut && !done())
      await new Promise<void>((next) => {
        wake = next
      })
  }
  client.once('close', () => {
    cut = true
    wake()
  })
  client.on('error', () => {})
  while (!cut && next < readings) {
    const i = next++
    const payload = JSON.stringify([{ n: 'heart-rate', v: 40 + (i % 100), t: (startMs + i) / 1_000 }])
    inFlight++
    client
      .publishAsync(`vitalwire/${device.id}/telemetry`, payload, { qos: 1 })
      .then(() => void acknowledged.add(i))
      .catch(() => {})
      .finally(() => {
        inFlight--
        wake()
      })
    await until(() => inFlight < 200)
  }
  await until(() => inFlight === 0)
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
        const device = server.freeDevice(1)
        const client = await server.mqtt(device)
        const again = Array.from({ length: next }, (_, i) => i).filter((i) => !acknowledged.has(i))
        await Promise.all(
          again.map(async (i) => {
            await client.publishAsync(
              `vitalwire/${device.id}/telemetry`,
              JSON.stringify([{ n: 'heart-rate', v: 40 + (i % 100), t: (startMs + i) / 1_000 }]),
              { qos: 1 },
            )
            acknowledged.add(i)
          }),
        )
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
