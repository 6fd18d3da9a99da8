/**
 * Telemetry from a broker of the house (`MQTT_BROKER_URL`), MQTT 5. The broker knows the devices: it authenticates them
 * and keeps each below its own topic; here the topic says whose reading it is. A shared subscription spreads the devices
 * over our connections, and over further processes of ours.
 *
 * Acknowledged means durable: each message is acknowledged by hand, after the pipeline. Where storage fails it is not,
 * and the connection is taken down: a broker sends what was not acknowledged again only on a resumed session
 * [MQTT-4.4.0-1].
 */
import mqtt, { type MqttClient } from 'mqtt'
import type { DeviceRegistry } from '../../../devices/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Random } from '../../../platform/random.ts'
import { deliverSenml } from '../../delivery.ts'
import type { Ingest } from '../../model.ts'
import { gatewayProblem } from '../../problems.ts'
import { protocol, readTopic } from './topics.ts'

export interface ExternalBrokerDeps {
  readonly url: string
  readonly devices: DeviceRegistry
  readonly ingest: Ingest
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** A connection handles one message after another; more connections share the wait for the disk. */
  readonly connections?: number
  readonly reconnectMs?: number
}

export interface ExternalBroker {
  /** None of ours: devices speak to a broker elsewhere. */
  readonly port: 0
  close(): Promise<void>
}

const telemetryFilter = '$share/vitalwire/vitalwire/+/telemetry'
const statusFilter = 'vitalwire/+/status'
/** How long the broker keeps what is meant for us while we are away. */
const sessionExpiryS = 3_600
/** How long a start waits for the broker. */
const patienceMs = 5_000

export async function connectMqttBroker(deps: ExternalBrokerDeps): Promise<ExternalBroker> {
  const { devices, ingest, clock, log } = deps
  const online = new Set<string>()
  const prefix = `vitalwire-${deps.random.uuid()}`

  async function telemetry(device: string, payload: Uint8Array): Promise<void> {
    const known = devices.find(device)
    if (!known || devices.isRevoked(device)) {
      await ingest.quarantine(null, protocol, payload, gatewayProblem('device-unknown'), clock.now())
      return
    }
    await deliverSenml(ingest, known, protocol, payload, clock.now())
    devices.heard(device, clock.now())
  }

  function status(device: string, payload: Uint8Array): void {
    if (!devices.find(device)) return
    const isOnline = Buffer.from(payload).toString() === 'online'
    if (isOnline === online.has(device)) return
    if (isOnline) {
      online.add(device)
      devices.connected(device, protocol)
    } else {
      online.delete(device)
      devices.disconnected(device, protocol)
    }
  }

  async function handle(topic: string, payload: Uint8Array): Promise<void> {
    const target = readTopic(topic)
    if (target?.kind === 'telemetry') await telemetry(target.device, payload)
    else if (target) status(target.device, payload)
  }

  async function open(index: number): Promise<MqttClient> {
    const client = mqtt.connect(deps.url, {
      protocolVersion: 5,
      clientId: `${prefix}-${index}`,
      clean: false,
      properties: { sessionExpiryInterval: sessionExpiryS, receiveMaximum: 100 },
      reconnectPeriod: deps.reconnectMs ?? 1_000,
      resubscribe: false, // done below, on every connection, so that a late first one is served too
    })
    // Called for each PUBLISH before it is acknowledged; an error leaves it unacknowledged.
    client.handleMessage = (packet, done) => {
      handle(packet.topic, packet.payload as Buffer).then(
        () => done(),
        (error: Error) => {
          done(error)
          client.stream.destroy()
        },
      )
    }
    client.on('error', (error) => log.warn({ error: error.message }, 'the MQTT broker reports an error'))
    client.on('close', () => log.warn({ connection: index }, 'the connection to the MQTT broker is down'))
    const filters = index === 0 ? [telemetryFilter, statusFilter] : [telemetryFilter]
    const subscribed = new Promise<void>((resolve) => {
      client.on('connect', () => {
        client.subscribeAsync(filters, { qos: 1 }).then(
          () => resolve(),
          (error: Error) => log.error({ error: error.message }, 'the MQTT broker refused the subscription'),
        )
      })
    })
    // A broker that is down must not keep everything else from starting; the client keeps trying.
    const patience = new Promise<void>((resolve) => clock.after(patienceMs, resolve))
    await Promise.race([subscribed, patience])
    return client
  }

  const clients = await Promise.all(Array.from({ length: deps.connections ?? 8 }, (_, index) => open(index)))
  log.info(
    { connections: clients.filter((client) => client.connected).length },
    'connected to the MQTT broker',
  )
  return {
    port: 0,
    async close() {
      await Promise.all(clients.map((client) => client.endAsync(true)))
      for (const device of online) devices.disconnected(device, protocol)
    },
  }
}
