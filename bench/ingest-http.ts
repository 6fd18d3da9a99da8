/**
 * `POST /telemetry`, one reading a request, answered after it is on disk: requests a second over 32 connections kept
 * open. Compared with the same HTTP server answering at once and keeping nothing.
 */
import { Agent, request } from 'node:http'
import { perSecond, repeats, report } from './measuring/figure.ts'
import { type Peer, pack, startPeer } from './measuring/peer.ts'

const seconds = 4
const connections = 32
const agent = new Agent({ keepAlive: true, maxSockets: connections })

function post(peer: Peer, lane: number): Promise<void> {
  const { username, password } = peer.devices[lane]!
  const body = pack()
  return new Promise((done, fail) => {
    const sent = request(
      `${peer.url}/telemetry`,
      {
        method: 'POST',
        agent,
        auth: `${username}:${password}`,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        answer.resume()
        if (answer.statusCode !== 200) fail(new Error(`answered ${answer.statusCode}`))
        else answer.once('end', done)
      },
    )
    sent.once('error', fail)
    sent.end(body)
  })
}

async function measure(which: 'product' | 'bare'): Promise<number[]> {
  const peer = await startPeer(which)
  const rates: number[] = []
  await perSecond(1, connections, (lane) => post(peer, lane))
  for (const _ of repeats) rates.push(await perSecond(seconds, connections, (lane) => post(peer, lane)))
  await peer.stop()
  return rates
}

const bare = report('http-bare', '1/s', await measure('bare'))
report('ingest-http', '1/s', await measure('product'), bare)
process.exit(0)
