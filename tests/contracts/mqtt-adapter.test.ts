import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import mqttPacket from 'mqtt-packet'
import { startMqttBroker } from '../../src/gateway/index.ts'
import { silentLog } from '../../src/platform/log.ts'
import { type AdapterPeer, adapterContract } from './adapter.ts'

/** A bare 3.1.1 client: one publish at a time, so that its acknowledgement is seen. */
export async function mqttPeer(
  port: number,
  { username, password }: { username: string; password: string },
  options: { readonly qos?: 1 | 2; readonly topic?: string } = {},
): Promise<AdapterPeer & { readonly socket: Socket }> {
  const socket = connectTcp(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  const parser = mqttPacket.parser()
  const waiting: { resolve: (packet: mqttPacket.Packet | undefined) => void; cmd: string }[] = []
  parser.on('packet', (packet) => {
    const at = waiting.findIndex(({ cmd }) => cmd === packet.cmd)
    if (at >= 0) waiting.splice(at, 1)[0]!.resolve(packet)
  })
  socket.on('data', (data) => parser.parse(data))
  socket.on('close', () => {
    for (const { resolve } of waiting.splice(0)) resolve(undefined)
  })
  const expectPacket = (cmd: string) =>
    new Promise<mqttPacket.Packet | undefined>((resolve) => waiting.push({ resolve, cmd }))

  const connack = expectPacket('connack')
  const hello = {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 30,
  } as const
  socket.write(mqttPacket.generate({ ...hello, clientId: 'any', username, password: Buffer.from(password) }))
  const answer = (await connack) as { returnCode?: number } | undefined
  if (answer?.returnCode !== 0) throw new Error(`refused: ${answer?.returnCode}`)

  const { qos = 1, topic = `vitalwire/${username}/telemetry` } = options
  let messageId = 0
  async function publish(payload: Uint8Array, write: (bytes: Buffer) => Promise<void>): Promise<boolean> {
    if (socket.destroyed) return false
    const packet = { cmd: 'publish', topic, qos, dup: false, retain: false, messageId: ++messageId } as const
    const ack = expectPacket(qos === 1 ? 'puback' : 'pubrec')
    await write(mqttPacket.generate({ ...packet, payload: Buffer.from(payload) }))
    if ((await ack) === undefined) return false
    if (qos === 1) return true
    const complete = expectPacket('pubcomp')
    socket.write(mqttPacket.generate({ cmd: 'pubrel', messageId }))
    return (await complete) !== undefined
  }
  const flushed = (bytes: Buffer) => new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
  return {
    socket,
    send: (payload) => publish(payload, flushed),
    sendInPieces: (payload, pieceBytes) =>
      publish(payload, async (bytes) => {
        socket.setNoDelay(true)
        for (let at = 0; at < bytes.length; at += pieceBytes)
          await flushed(bytes.subarray(at, at + pieceBytes))
      }),
    async close() {
      if (socket.destroyed) return
      const closed = once(socket, 'close')
      socket.end(mqttPacket.generate({ cmd: 'disconnect' }))
      await closed
    },
  }
}

for (const qos of [1, 2] as const) {
  adapterContract(`the MQTT broker, QoS ${qos},`, async ({ devices, ingest, clock }) => {
    const broker = await startMqttBroker({
      host: '127.0.0.1',
      port: 0,
      devices,
      ingest,
      clock,
      log: silentLog,
    })
    return {
      connect: (credential) => mqttPeer(broker.port, credential, { qos }),
      stop: () => broker.close(),
    }
  })
}
