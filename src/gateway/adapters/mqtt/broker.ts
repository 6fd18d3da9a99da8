/**
 * The embedded broker: MQTT 3.1.1 for devices. A device signs in with its own credential or, on the TLS listener, its
 * certificate, and is known by its own id, whatever client id it names, so that it is connected once: a second
 * connection takes over, from whichever listener.
 *
 * Telemetry at QoS 0 and 1 goes down a lane of its own (`telemetry-lane.ts`), past the broker library; everything else
 * goes through that. Acknowledged means durable on both: the library writes PUBACK (QoS 1) and PUBREC (QoS 2) only after
 * `authorizePublish` has answered, and that answers when the ingest pipeline has. Where storage fails nothing is
 * acknowledged and the connection is closed, since a 3.1.1 client sends again only on a new one [MQTT-4.4.0-1].
 *
 * What a device may not publish (another's topic, too much at once) is quarantined with its bytes and the reason, goes to
 * nobody, and is then acknowledged: 3.1.1 knows no refusal of a PUBLISH [MQTT-3.3.5-2], and a device that was cut off
 * would send the same again for ever, its good readings waiting behind.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Aedes, type AedesOptions, type Client } from 'aedes'
import type { Device, DeviceRegistry, DeviceTls } from '../../../devices/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import { listenTcp } from '../../../platform/listen.ts'
import type { Log } from '../../../platform/log.ts'
import type { Ingest } from '../../model.ts'
import { GuardedConnection } from './guarded-connection.ts'
import { InFlight } from './in-flight.ts'
import type { PacketLimits } from './packet-guard.ts'
import { createPublishRoute } from './publish-route.ts'
import { createSignIn } from './sign-in.ts'
import { SignedIn } from './signed-in.ts'
import { TelemetryLane } from './telemetry-lane.ts'
import { coversTelemetry, maySubscribe, protocol, statusTopic, telemetryTopic } from './topics.ts'

export interface MqttBrokerDeps {
  readonly host: string
  readonly port: number
  /** A second listener, which ends TLS. */
  readonly secure?: { readonly host: string; readonly port: number; readonly tls: DeviceTls } | undefined
  readonly devices: DeviceRegistry
  readonly ingest: Ingest
  readonly clock: Clock
  readonly log: Log
}

export interface MqttBroker {
  readonly port: number
  /** 0: there is no TLS listener. */
  readonly securePort: number
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
/** Finds out that a peer is gone which promised no keep-alive of its own. */
const tcpKeepAliveMs = 60_000

export async function startMqttBroker(deps: MqttBrokerDeps): Promise<MqttBroker> {
  const { devices, ingest, clock, log, secure } = deps
  const signedIn = new SignedIn()
  const connected = new Map<string, Client>()
  /** Devices that once subscribed to their own telemetry: theirs goes through the library, which hands it back. */
  const listening = new Set<string>()
  const inFlight = new InFlight()
  const published = createPublishRoute(deps)

  function openLane(connection: GuardedConnection, device: Device): void {
    if (listening.has(device.id)) return
    const own = inFlight.device(() => connection.readOn())
    connection.once('close', () => own.close())
    const lane = new TelemetryLane({
      ...{ device, devices, ingest, clock, order: connection.order, inFlight: own },
      write: (acknowledgements) => {
        if (!connection.destroyed) connection.write(acknowledgements)
      },
      fail: () => connection.destroy(),
    })
    const { packetBytes } = deviceLimits
    connection.openLane({ lane, topic: telemetryTopic(device.id), packetBytes, full: () => own.full })
  }

  const broker = await Aedes.createBroker({
    connectTimeout: mqttLimits.connectTimeoutMs,
    maxInflightInbound: mqttLimits.inFlightQos2,
    ...createSignIn({
      ...{ devices, clock, log },
      peer: (socket) => secure?.tls.peer(socket) ?? { kind: 'none' },
      signedIn(client, connection, session) {
        signedIn.add(client, session)
        connection.once('close', () => signedIn.remove(client))
        connection.raiseLimits(deviceLimits)
      },
    }),

    authorizePublish(client, packet, answer) {
      const device = client && signedIn.deviceOf(client)
      if (!device) return answer(new Error('not signed in'))
      const { topic } = packet
      const { order } = client.conn as GuardedConnection
      // A will has no id, and is nobody's to acknowledge.
      const isAcknowledged = packet.qos === 1 && 'messageId' in packet && packet.messageId !== undefined
      const place = isAcknowledged ? order.claim() : undefined
      const inPlace = (error: Error | null) =>
        place ? order.settle(place, () => answer(error)) : answer(error)
      // Readings are kept by telemetry; a copy retained by the broker would only grow old.
      if (topic !== statusTopic(device.id)) packet.retain = false
      published(device, topic, packet.payload as Buffer).then(
        (goesOn) => {
          if (!goesOn) Object.assign(packet, { topic: refusedTopic, payload: Buffer.alloc(0), retain: false })
          inPlace(null)
        },
        (error: Error) => answer(error),
      )
    },

    authorizeSubscribe(client, subscription, answer) {
      const device = signedIn.deviceOf(client)
      const may = device !== undefined && maySubscribe(device.id, subscription.topic)
      if (!may) log.info({ device: device?.id }, 'refused a subscription outside the device’s own topic')
      else if (coversTelemetry(device.id, subscription.topic)) {
        listening.add(device.id)
        ;(client.conn as GuardedConnection).closeLane()
      }
      answer(null, may ? subscription : null) // null: SUBACK 0x80
    },
  } as AedesOptions)

  broker.on('client', (client) => {
    const device = signedIn.deviceOf(client)
    if (!device) return
    connected.set(device.id, client)
    devices.connected(device.id, protocol)
  })
  // After CONNACK, so that no acknowledgement comes before it.
  broker.on('clientReady', (client) => {
    const device = signedIn.deviceOf(client)
    if (device) openLane(client.conn as GuardedConnection, device)
  })
  broker.on('clientDisconnect', (client) => {
    const device = signedIn.deviceOf(client)
    if (!device || connected.get(device.id) !== client) return
    connected.delete(device.id)
    devices.disconnected(device.id, protocol)
  })
  const unsubscribe = [
    devices.onChange(({ device, change }) => {
      if (change === 'revoked') signedIn.end(device, () => true)
      if (change === 'credential') signedIn.end(device, ({ certificate }) => certificate === undefined)
    }),
    secure?.tls.onEnded(({ device, serial }) =>
      signedIn.end(device, ({ certificate }) => certificate === serial),
    ),
  ]

  const sockets = new Set<Socket>()
  const accept = (socket: Socket) => {
    socket.setNoDelay(true)
    socket.setKeepAlive(true, tcpKeepAliveMs)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const stopped = (bytes: number) =>
      log.warn({ address: socket.remoteAddress, bytes }, 'an MQTT packet is too large; connection closed')
    const connection = new GuardedConnection(socket, strangerLimits, () => clock.elapsedMs(), stopped)
    broker.handle(connection)
  }
  const servers: Server[] = []
  async function open(server: Server, host: string, wanted: number): Promise<number> {
    server.maxConnections = mqttLimits.connections
    const { port } = await listenTcp(server, host, wanted)
    servers.push(server)
    return port
  }
  async function openSecure({ host, port, tls }: NonNullable<typeof secure>): Promise<number> {
    const server = createTlsServer(tls.options, accept)
    // A stranger's failed handshake is no event of ours.
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    tls.keepRenewed(server)
    return open(server, host, port)
  }
  const port = await open(createServer(accept), deps.host, deps.port)
  const securePort = secure ? await openSecure(secure) : 0
  log.info({ port, securePort }, 'MQTT broker listens')

  return {
    port,
    securePort,
    async close() {
      for (const stop of unsubscribe) stop?.()
      const closed = servers.map((one) => new Promise<void>((resolve) => one.close(() => resolve())))
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}
