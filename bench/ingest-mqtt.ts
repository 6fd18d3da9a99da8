/**
 * Readings a second over MQTT at QoS 1, one reading a message, each acknowledged after it is on disk: one device with
 * 200 messages under way, and 100 devices with 4 each. Compared with the bare broker, which acknowledges and keeps nothing.
 * The sender runs beside it on the same cores and has its share in every figure here.
 * `ack-latency`: one reading at a time, every 10 ms, from publish to acknowledgement.
 */
import { type Figure, percentile, perSecond, repeats, report } from './measuring/figure.ts'
import { connectSender, type Peer, type Sender, startPeer } from './measuring/peer.ts'

const seconds = 4
const loads = [
  { id: '1', devices: 1, lanes: 200 },
  { id: '100', devices: 100, lanes: 400 },
] as const

interface Measured {
  readonly rates: Record<string, number[]>
  readonly p50: number[]
  readonly p99: number[]
}

async function acknowledgements(sender: Sender): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < 200; i++) {
    const begin = performance.now()
    await sender.send()
    times.push(performance.now() - begin)
    await new Promise((next) => setTimeout(next, 10))
  }
  return times
}

async function measure(peer: Peer): Promise<Measured> {
  const found: Measured = { rates: { 1: [], 100: [] }, p50: [], p99: [] }
  const senders = await Promise.all(peer.devices.map((_, i) => connectSender(peer, i)))
  await perSecond(1, 100, (lane) => senders[lane]!.send())
  for (const _ of repeats) {
    for (const { id, devices, lanes } of loads) {
      found.rates[id]!.push(await perSecond(seconds, lanes, (lane) => senders[lane % devices]!.send()))
    }
    const times = await acknowledgements(senders[0]!)
    found.p50.push(percentile(times, 50))
    found.p99.push(percentile(times, 99))
  }
  for (const sender of senders) await sender.end()
  await peer.stop()
  return found
}

const bare = await measure(await startPeer('bare'))
const product = await measure(await startPeer('product'))
for (const { id } of loads) {
  const compared: Figure = report(`broker-bare-${id}`, '1/s', bare.rates[id]!)
  report(`ingest-mqtt-${id}`, '1/s', product.rates[id]!, compared)
}
for (const part of ['p50', 'p99'] as const) {
  const compared = report(`broker-bare-ack-latency-${part}`, 'ms', bare[part])
  report(`ack-latency-${part}`, 'ms', product[part], compared)
}
process.exit(0)
