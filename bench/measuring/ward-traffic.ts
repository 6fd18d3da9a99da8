/** Every device of a ward sends a reading of each metric a second over MQTT; meanwhile the server's memory is looked at. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { metrics } from './many-readings.ts'
import type { Peer } from './peer.ts'

const run = promisify(execFile)
const connectedAtOnce = 50

/** Resident memory of that process alone, MB. */
async function residentMb(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
  return (Number(stdout) * 1_024) / 1e6
}

/** Resident memory of the server once a second, MB. */
export async function sendEverySecond(peer: Peer, seconds: number): Promise<number[]> {
  const clients: MqttClient[] = []
  for (let at = 0; at < peer.devices.length; at += connectedAtOnce) {
    const group = peer.devices.slice(at, at + connectedAtOnce)
    clients.push(
      ...(await Promise.all(
        group.map(({ id, username, password }) => connect(peer, id, username, password)),
      )),
    )
  }
  const sizes: number[] = []
  const begin = performance.now()
  for (let second = 0; second < seconds; second++) {
    const body = JSON.stringify(metrics.map((n, i) => ({ n, v: 80 + ((second + i) % 9) })))
    await Promise.all(
      clients.map((client, i) =>
        client.publishAsync(`vitalwire/${peer.devices[i]!.id}/telemetry`, body, { qos: 1 }),
      ),
    )
    sizes.push(await residentMb(peer.pid))
    const pauseMs = begin + (second + 1) * 1_000 - performance.now()
    if (pauseMs > 0) await new Promise((next) => setTimeout(next, pauseMs))
  }
  await Promise.all(clients.map((client) => client.endAsync()))
  return sizes
}

const connect = (peer: Peer, clientId: string, username: string, password: string): Promise<MqttClient> =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${peer.mqttPort}`, {
    protocolVersion: 4,
    clientId,
    username,
    password,
    reconnectPeriod: 0,
  })
