/**
 * Two hundred devices over MQTT at QoS 1, each with up to 20 messages under way (what mosquitto's client allows by
 * default), every message acknowledged after it is on disk: packets a second at one, ten and a hundred readings a packet,
 * against the bare broker, which acknowledges the same packets from the same sender and keeps nothing. And the wait
 * for an acknowledgement while 10,000 readings a second come in, one a packet.
 * The sender is a process of its own on the same cores and has its share in every figure.
 */
import { repeats, report } from './measuring/figure.ts'
import type { PackFormat } from './measuring/mqtt-packs.ts'
import { startPeer, startSender } from './measuring/peer.ts'

const seconds = 2
const window = 20
const offeredPerSecond = 10_000
const loads: readonly { readonly id: string; readonly readings: number; readonly format: PackFormat }[] = [
  { id: '1', readings: 1, format: 'json' },
  { id: '10', readings: 10, format: 'json' },
  { id: '100', readings: 100, format: 'json' },
  { id: '100-cbor', readings: 100, format: 'cbor' },
]

interface Measured {
  /** Packets a second. */
  readonly rates: Readonly<Record<string, number[]>>
  readonly p50: number[]
  readonly p99: number[]
}

async function measure(which: 'bare' | 'product'): Promise<Measured> {
  const peer = await startPeer(which)
  const sender = await startSender(peer)
  const rates: Record<string, number[]> = Object.fromEntries(loads.map(({ id }) => [id, []]))
  const found: Measured = { rates, p50: [], p99: [] }
  // With every metric once: making a series is done once in its life, and is another matter.
  await sender.run({ readings: 10, format: 'json', seconds, pace: { perSecond: 2_000 } })
  // Before the floods: millions of readings on their way into blocks are another load than this one.
  for (const _ of repeats) {
    const pace = { perSecond: offeredPerSecond }
    const { p50Ms, p99Ms } = await sender.run({ readings: 1, format: 'json', seconds: 2 * seconds, pace })
    found.p50.push(p50Ms)
    found.p99.push(p99Ms)
  }
  for (const _ of repeats) {
    for (const { id, readings, format } of loads) {
      const { packetsPerSecond } = await sender.run({ readings, format, seconds, pace: { window } })
      rates[id]!.push(packetsPerSecond)
    }
  }
  if (which === 'product') await demandAllStored(peer.url)
  await sender.stop()
  await peer.stop()
  return found
}

/** A refused pack is acknowledged too; a figure of refusals would be worth nothing. */
async function demandAllStored(url: string): Promise<void> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const accepted = /^vitalwire_ingest_accepted_total\{protocol="mqtt"\} (\d+)/m.exec(metrics)
  if (!accepted) throw new Error('the product does not say what it accepted')
  const refused = /^vitalwire_ingest_quarantined_total\{.*\} (\d+)/m.exec(metrics)
  if (refused) throw new Error(`the product refused ${refused[1]} records of the bench`)
}

const bare = await measure('bare')
const product = await measure('product')
for (const { id, readings } of loads) {
  const perReading = (rates: readonly number[]) => rates.map((rate) => rate * readings)
  const compared = report(`broker-bare-${id}`, '1/s', perReading(bare.rates[id]!))
  report(`ingest-mqtt-${id}`, '1/s', perReading(product.rates[id]!), compared)
}
for (const part of ['p50', 'p99'] as const) {
  const compared = report(`broker-bare-ack-latency-${part}`, 'ms', bare[part])
  report(`ack-latency-${part}`, 'ms', product[part], compared)
}
process.exit(0)
