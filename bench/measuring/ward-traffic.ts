/** Every device of a ward sends a reading of each metric a second over MQTT; meanwhile the server's memory is looked at. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { metrics } from './many-readings.ts'
import type { Peer } from './peer.ts'

const run = promisify(execFile)
const connectedAtOnce = 50
const slotsPerSecond = 20

/** Resident memory of that process alone, MB. */
async function residentMb(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
  return (Number(stdout) * 1_024) / 1e6
}

/** Each device once a second, at its own moment within it. Answers the resident memory of the server, once a second, MB. */
export async function sendEverySecond(peer: Peer, seconds: number): Promise<number[]> {
  const clients: MqttClient[] = []
  for (let at = 0; at < peer.devices.length; at += connectedAtOnce) {
    const group = peer.devices.slice(at, at + connectedAtOnce)
    clients.push(...(await Promise.all(group.map((device) => connect(peer, device)))))
  }
  const sizes: number[] = []
  const begin = performance.now()
  for (let slot = 0; slot < seconds * slotsPerSecond; slot++) {
    const body = JSON.stringify(metrics.map((n, i) => ({ n, v: 80 + ((slot + i) % 9) })))
    await Promise.all(
      clients.map((client, i) =>
        i % slotsPerSecond === slot % slotsPerSecond
          ? client.publishAsync(`vitalwire/${peer.devices[i]!.id}/telemetry`, body, { qos: 1 })
          : undefined,
      ),
    )
    if (slot % slotsPerSecond === 0) sizes.push(await residentMb(peer.pid))
    const pauseMs = begin + ((slot + 1) * 1_000) / slotsPerSecond - performance.now()
    if (pauseMs > 0) await new Promise((next) => setTimeout(next, pauseMs))
  }
  await Promise.all(clients.map((client) => client.endAsync()))
  return sizes
}

const connect = (peer: Peer, { id, username, password }: Peer['devices'][number]): Promise<MqttClient> =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${peer.mqttPort}`, {
    protocolVersion: 4,
    clientId: id,
    username,
    password,
    reconnectPeriod: 0,
  })
