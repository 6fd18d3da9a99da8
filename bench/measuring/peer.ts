/** Starts what is measured as a process of its own, and speaks to it as a device does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SenderResult, SenderTask } from './mqtt-sender.ts'

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
  run(task: SenderTask): Promise<SenderResult>
  stop(): Promise<void>
}

/** All devices of the peer signed in over MQTT, in a process of their own. */
export async function startSender({ mqttPort, devices }: Peer): Promise<Sender> {
  const program = fileURLToPath(new URL('./mqtt-sender.ts', import.meta.url))
  const args = [program, JSON.stringify({ port: mqttPort, devices })]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  async function answer(): Promise<string> {
    const { value, done } = await lines.next()
    if (done) throw new Error('bench/measuring/mqtt-sender.ts ended before it answered')
    return value
  }
  await answer()
  return {
    async run(task) {
      child.stdin.write(`${JSON.stringify(task)}\n`)
      return JSON.parse(await answer()) as SenderResult
    },
    async stop() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

let reading = 0
/** One reading of its own time, so that none is a duplicate. */
export const pack = (): string =>
  JSON.stringify([{ n: 'heart-rate', v: 60 + (++reading % 40), t: 1_790_000_000 + reading / 1_000 }])
