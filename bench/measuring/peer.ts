/** Starts what is measured as a process of its own, and speaks to it as a device does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import mqtt, { type MqttClient } from 'mqtt'

export interface Peer {
  readonly pid: number
  readonly mqttPort: number
  readonly url: string
  readonly devices: readonly { id: string; username: string; password: string }[]
  /** Of the product: may read everything. */
  readonly client?: { readonly id: string; readonly secret: string }
  stop(): Promise<void>
}

export async function startPeer(which: 'product' | 'bare', options: readonly string[] = []): Promise<Peer> {
  const program = fileURLToPath(new URL(`./${which}.ts`, import.meta.url))
  const child = spawn(process.execPath, [program, ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      pid: child.pid!,
      ...(JSON.parse(line) as Pick<Peer, 'mqttPort' | 'url' | 'devices' | 'client'>),
      async stop() {
        child.stdin.end()
        if (child.exitCode === null) await once(child, 'exit')
      },
    }
  }
  throw new Error(`bench/measuring/${which}.ts ended before it listened`)
}

export interface Sender {
  /** Resolves when the reading is acknowledged. */
  send(): Promise<unknown>
  end(): Promise<void>
}

let reading = 0
/** One reading of its own time, so that none is a duplicate. */
export const pack = (): string =>
  JSON.stringify([{ n: 'heart-rate', v: 60 + (++reading % 40), t: 1_790_000_000 + reading / 1_000 }])

export async function connectSender(peer: Peer, index: number): Promise<Sender> {
  const { id, username, password } = peer.devices[index]!
  const client: MqttClient = await mqtt.connectAsync(`mqtt://127.0.0.1:${peer.mqttPort}`, {
    protocolVersion: 4,
    clientId: id,
    username,
    password,
    reconnectPeriod: 0,
  })
  return {
    send: () => client.publishAsync(`vitalwire/${id}/telemetry`, pack(), { qos: 1 }),
    end: () => client.endAsync(),
  }
}
