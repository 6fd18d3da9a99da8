/**
 * The embedded broker: MQTT 3.1.1 for devices. A device signs in with its own credential and is known by its own id,
 * whatever client id it names, so that it is connected once: a second connection takes over.
 *
 * Acknowledged means durable: the broker writes PUBACK (QoS 1) and PUBREC (QoS 2) only after `authorizePublish` has
 * answered, and that answers when the ingest pipeline has. Where storage fails nothing is acknowledged and the
 * connection is closed, since a 3.1.1 client sends again only on a new one [MQTT-4.4.0-1].
 *
 * What a device may not publish (another's topic, too much at once) is quarantined with its bytes and the reason, goes to
 * nobody, and is then acknowledged: 3.1.1 knows no refusal of a PUBLISH [MQTT-3.3.5-2], and a device that was cut off
 * would send the same again for ever, its good readings waiting behind.
 */
import { createServer, type Socket } from 'node:net'
import { Aedes, type AedesOptions, type Client } from 'aedes'
import type { Device, DeviceRegistry } from '../../../devices/index.ts'
import type { Problem } from '../../../kernel/problem.ts'
import type { Clock } from '../../../platform/clock.ts'
import { listenTcp } from '../../../platform/listen.ts'
import type { Log } from '../../../platform/log.ts'
import { deliverSenml } from '../../delivery.ts'
import type { Ingest } from '../../model.ts'
import { gatewayProblem, quoted } from '../../problems.ts'
import { GuardedConnection } from './guarded-connection.ts'
import { readOversized } from './oversized-publish.ts'
import type { PacketLimits } from './packet-guard.ts'
import { maySubscribe, readTopic, statusTopic } from './topics.ts'

export interface MqttBrokerDeps {
  readonly host: string
  readonly port: number
  readonly devices: DeviceRegistry
  readonly ingest: Ingest
  readonly clock: Clock
  readonly log: Log
}

export interface MqttBroker {
  readonly port: number
  close(): Promise<void>
}

export const mqttLimits = {
  payloadBytes: 1 << 20,
  connectTimeoutMs: 10_000,
  connections: 10_000,
  inFlightQos2: 200,
} as const

/** Before sign-in: a CONNECT and its will. */
const strangerLimits: PacketLimits = { packetBytes: 16 * 1024, cutBytes: 0, headBytes: 0 }
/** Topic and header beside the payload; beyond, the first bytes that quarantine shows; beyond all reason, the end. */
const deviceLimits: PacketLimits = {
  packetBytes: mqttLimits.payloadBytes + 1_024,
  cutBytes: 64 << 20,
  headBytes: 65 * 1024,
}
/** Where what was refused goes on to: nobody may subscribe to it. */
const refusedTopic = '$refused'
/** CONNACK in the form of MQTT 5 (§3.2): unsupported protocol version; no properties. */
const connackUnsupportedVersion = Buffer.from([0x20, 0x03, 0x00, 0x84, 0x00])
/** CONNACK of 3.1.1: not authorized. */
const connackNotAuthorized = Buffer.from([0x20, 0x02, 0x00, 0x05])
const badUserNameOrPassword = 4
const protocol = 'mqtt'
const lingerMs = 1_000
/** Finds out that a peer is gone which promised no keep-alive of its own. */
const tcpKeepAliveMs = 60_000

export async function startMqttBroker(deps: MqttBrokerDeps): Promise<MqttBroker> {
  const { devices, ingest, clock, log } = deps
  const deviceOf = new WeakMap<Client, Device>()
  const connected = new Map<string, Client>()

  const refuse = (device: Device, payload: Uint8Array, problem: Problem, size?: number) =>
    ingest.quarantine(device.id, protocol, payload, problem, clock.now(), size)

  /** Answers a CONNECT for which the broker has no words of its own, and waits a moment for the peer to hang up. */
  function turnAway(connection: GuardedConnection, answer: Buffer, why: string): void {
    log.warn({ address: connection.socket.remoteAddress }, why)
    connection.end(answer)
    clock.after(lingerMs, () => connection.destroy())
  }

  /** Answers whether the message may go on to the device's own subscribers. */
  async function published(device: Device, topic: string, payload: Uint8Array): Promise<boolean> {
    const oversized = readOversized(topic)
    const target = readTopic(oversized?.topic ?? topic)
    devices.heard(device.id, clock.now())
    if (target?.device !== device.id) {
      const what = quoted(oversized?.topic ?? topic)
      await refuse(device, payload, gatewayProblem('topic-not-permitted', { what }), oversized?.payloadBytes)
      return false
    }
    if (oversized) {
      const problem = gatewayProblem('payload-too-large', { what: '1 MiB' })
      await refuse(device, payload, problem, oversized.payloadBytes)
      return false
    }
    if (target.kind === 'telemetry') await deliverSenml(ingest, device, protocol, payload, clock.now())
    return true
  }

  const broker = await Aedes.createBroker({
    connectTimeout: mqttLimits.connectTimeoutMs,
    maxInflightInbound: mqttLimits.inFlightQos2,

    preConnect(client, packet, answer) {
      const connection = client.conn as GuardedConnection
      if (packet.protocolVersion === (5 as number)) {
        const why = 'refused an MQTT 5 client: the embedded broker speaks 3.1.1'
        turnAway(connection, connackUnsupportedVersion, why)
        return answer(null, false)
      }
      const will = packet.will as { topic: string } | undefined
      if (will && will.topic !== statusTopic(packet.username ?? '')) {
        const why = 'refused an MQTT client whose will is not for its own status topic'
        turnAway(connection, connackNotAuthorized, why)
        return answer(null, false)
      }
      answer(null, true)
    },

    authenticate(client, username, password, answer) {
      const connection = client.conn as GuardedConnection
      const { remoteAddress: address = '' } = connection.socket
      devices.authenticate(username ?? '', password?.toString() ?? '', address).then(
        (device) => {
          if (!device) {
            const refusal = Object.assign(new Error('bad user name or password'), {
              returnCode: badUserNameOrPassword,
            })
            return answer(refusal, false)
          }
          deviceOf.set(client, device)
          connection.raiseLimits(deviceLimits)
          // One connection for each device [MQTT-3.1.4-2]: the broker closes what it knows under the same id.
          Object.assign(client, { id: device.id })
          answer(null, true)
        },
        (error: Error) => {
          log.error({ error: error.message }, 'a sign-in could not be checked')
          answer(Object.assign(error, { returnCode: 3 }), false)
        },
      )
    },

    authorizePublish(client, packet, answer) {
      const device = client && deviceOf.get(client)
      if (!device) return answer(new Error('not signed in'))
      const { topic } = packet
      // Readings are kept by telemetry; a copy retained by the broker would only grow old.
      if (topic !== statusTopic(device.id)) packet.retain = false
      published(device, topic, packet.payload as Buffer).then(
        (goesOn) => {
          if (!goesOn) Object.assign(packet, { topic: refusedTopic, payload: Buffer.alloc(0), retain: false })
          answer(null)
        },
        (error: Error) => answer(error),
      )
    },

    authorizeSubscribe(client, subscription, answer) {
      const device = deviceOf.get(client)
      const may = device !== undefined && maySubscribe(device.id, subscription.topic)
      if (!may) log.info({ device: device?.id }, 'refused a subscription outside the device’s own topic')
      answer(null, may ? subscription : null) // null: SUBACK 0x80
    },
  } as AedesOptions)

  broker.on('client', (client) => {
    const device = deviceOf.get(client)
    if (!device) return
    connected.set(device.id, client)
    devices.connected(device.id, protocol)
  })
  broker.on('clientDisconnect', (client) => {
    const device = deviceOf.get(client)
    if (!device || connected.get(device.id) !== client) return
    connected.delete(device.id)
    devices.disconnected(device.id, protocol)
  })
  const unsubscribe = devices.onChange(({ device, change }) => {
    if (change === 'revoked' || change === 'credential') connected.get(device)?.close()
  })

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.setKeepAlive(true, tcpKeepAliveMs)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const connection = new GuardedConnection(socket, strangerLimits, (bytes) =>
      log.warn({ address: socket.remoteAddress, bytes }, 'an MQTT packet is too large; connection closed'),
    )
    broker.handle(connection)
  })
  server.maxConnections = mqttLimits.connections
  const { port } = await listenTcp(server, deps.host, deps.port)
  log.info({ port }, 'MQTT broker listens')

  return {
    port,
    async close() {
      unsubscribe()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
