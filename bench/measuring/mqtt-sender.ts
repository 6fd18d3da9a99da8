/**
 * The sender, a process of its own: signs every device in, then does one load after the other as it is told on standard
 * input, and says on standard output what came of it.
 */
import { createInterface } from 'node:readline'
import { percentile } from './figure.ts'
import { type LaneDevice, MqttLane } from './mqtt-lane.ts'
import { PacketMaker, type PackFormat } from './mqtt-packs.ts'

export interface SenderTask {
  readonly readings: number
  readonly format: PackFormat
  readonly seconds: number
  /** As many as are acknowledged, this many of each device under way; or so many a second, whatever comes back. */
  readonly pace: { readonly window: number } | { readonly perSecond: number }
}

export interface SenderResult {
  readonly packetsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const { port, devices } = JSON.parse(process.argv[2]!) as { port: number; devices: LaneDevice[] }
const lanes = await Promise.all(devices.map((device) => MqttLane.open(port, device)))

const drained = () =>
  new Promise<void>((resolve) => {
    const look = () => (lanes.every((lane) => lane.waiting === 0) ? resolve() : setTimeout(look, 5))
    look()
  })

async function windowed(window: number, seconds: number): Promise<SenderResult> {
  let acknowledged = 0
  let open = true
  for (const lane of lanes) {
    lane.acknowledged = (from, count) => {
      acknowledged += count
      if (open) from.send(count)
    }
  }
  const begin = performance.now()
  for (const lane of lanes) lane.send(window)
  await new Promise((next) => setTimeout(next, seconds * 1_000))
  const packetsPerSecond = (acknowledged * 1_000) / (performance.now() - begin)
  open = false
  await drained()
  return { packetsPerSecond, p50Ms: 0, p99Ms: 0 }
}

async function steady(perSecond: number, seconds: number): Promise<SenderResult> {
  const latencies: number[] = []
  for (const lane of lanes) {
    lane.acknowledged = () => {}
    lane.latencies = latencies
  }
  const begin = performance.now()
  let sent = 0
  while (performance.now() - begin < seconds * 1_000) {
    const due = Math.floor(((performance.now() - begin) / 1_000) * perSecond)
    // Timed from when each was due: a sender that is held up must not make the receiver look quicker.
    for (; sent < due; sent++) lanes[sent % lanes.length]!.send(1, begin + (sent * 1_000) / perSecond)
    await new Promise((next) => setTimeout(next, 1))
  }
  const packetsPerSecond = (latencies.length * 1_000) / (performance.now() - begin)
  await drained()
  for (const lane of lanes) lane.latencies = undefined
  return { packetsPerSecond, p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99) }
}

process.stdout.write('{}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const { readings, format, seconds, pace } = JSON.parse(line) as SenderTask
  devices.forEach((device, i) => {
    lanes[i]!.maker = new PacketMaker(device.id, readings, format)
  })
  const done = await ('window' in pace ? windowed(pace.window, seconds) : steady(pace.perSecond, seconds))
  process.stdout.write(`${JSON.stringify(done)}\n`)
}
for (const lane of lanes) lane.end()
