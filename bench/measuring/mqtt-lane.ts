/** One device's connection, as lean as it can be: raw bytes out, four bytes of PUBACK in. */
import { connect, type Socket } from 'node:net'
import mqttPacket from 'mqtt-packet'
import type { PacketMaker } from './mqtt-packs.ts'

export interface LaneDevice {
  readonly id: string
  readonly username: string
  readonly password: string
}

const ackBytes = 4
/** Two days back: far enough that no run comes near the present. */
const startS = Math.floor(Date.now() / 1_000) - 2 * 86_400

export class MqttLane {
  readonly #socket: Socket
  readonly #sentAt = new Float64Array(65_536)
  #nextId = 1
  #timeS = startS
  #ackedBytes = 0
  #waiting = 0
  maker: PacketMaker | undefined
  /** Told how many were acknowledged now, and what the oldest of them waited. */
  acknowledged: (lane: MqttLane, count: number) => void = () => {}
  latencies: number[] | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async open(port: number, device: LaneDevice): Promise<MqttLane> {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    const hello = { protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 } as const
    const { id, username, password } = device
    const credential = { clientId: id, username, password: Buffer.from(password) }
    socket.write(mqttPacket.generate({ cmd: 'connect', ...hello, ...credential }))
    const answer = await new Promise<Buffer>((resolve, reject) => {
      socket.once('data', resolve)
      socket.once('error', reject)
    })
    if (answer.length !== ackBytes || answer[3] !== 0) throw new Error(`${id} was not let in`)
    const lane = new MqttLane(socket)
    socket.on('data', (chunk: Buffer) => lane.#received(chunk))
    socket.on('close', () => {
      if (lane.#waiting > 0) throw new Error(`${id} was cut off`)
    })
    return lane
  }

  get waiting(): number {
    return this.#waiting
  }

  /** Sends `count` packets in one write; `dueMs` is when they should have gone. */
  send(count: number, dueMs = 0): void {
    const maker = this.maker!
    const out = Buffer.allocUnsafe(count * maker.bytes)
    for (let i = 0; i < count; i++) {
      this.#sentAt[this.#nextId] = dueMs
      this.#timeS += maker.secondsAPack
      maker.write(out, i * maker.bytes, this.#nextId, this.#timeS)
      this.#nextId = this.#nextId === 65_535 ? 1 : this.#nextId + 1
    }
    this.#waiting += count
    this.#socket.write(out)
  }

  end(): void {
    this.#socket.destroy()
  }

  #received(chunk: Buffer): void {
    if (this.latencies) {
      const now = performance.now()
      // Acknowledgements are so small that none is ever cut in two on the loopback interface.
      for (let at = 0; at + ackBytes <= chunk.length; at += ackBytes) {
        this.latencies.push(now - this.#sentAt[chunk.readUInt16BE(at + 2)]!)
      }
    }
    this.#ackedBytes += chunk.length
    const count = Math.floor(this.#ackedBytes / ackBytes)
    this.#ackedBytes -= count * ackBytes
    this.#waiting -= count
    this.acknowledged(this, count)
  }
}
