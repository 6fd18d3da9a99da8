import type { Socket } from 'node:net'
import type { AedesOptions, Client } from 'aedes'
import type { DeviceRegistry, Peer } from '../../../devices/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { GuardedConnection } from './guarded-connection.ts'
import { watchKeepAlive } from './keep-alive.ts'
import type { Session } from './signed-in.ts'
import { statusTopic } from './topics.ts'

export interface SignInDeps {
  readonly devices: DeviceRegistry
  readonly clock: Clock
  readonly log: Log
  /** Who shows a certificate on this connection. */
  readonly peer: (socket: Socket) => Peer
  readonly signedIn: (client: Client, connection: GuardedConnection, session: Session) => void
}

/** CONNACK in the form of MQTT 5 (§3.2): unsupported protocol version; no properties. */
const connackUnsupportedVersion = Buffer.from([0x20, 0x03, 0x00, 0x84, 0x00])
/** CONNACK of 3.1.1: not authorized. */
const connackNotAuthorized = Buffer.from([0x20, 0x02, 0x00, 0x05])
const badUserNameOrPassword = 4
const notAuthorized = 5
const serverUnavailable = 3
const lingerMs = 1_000

type SignIn = Required<Pick<AedesOptions, 'preConnect' | 'authenticate'>>

/** What the broker library asks about a CONNECT. */
export function createSignIn({ devices, clock, log, peer, signedIn }: SignInDeps): SignIn {
  /** Answers a CONNECT for which the broker has no words of its own, and waits a moment for the peer to hang up. */
  function turnAway(connection: GuardedConnection, answer: Buffer, why: string): void {
    log.warn({ address: connection.socket.remoteAddress }, why)
    connection.end(answer)
    clock.after(lingerMs, () => connection.destroy())
  }

  /** By certificate no user name is needed; one that is given must be the same device's. */
  function nameOf(username: string | undefined, shown: Peer): string {
    return username || (shown.kind === 'device' ? shown.device.id : '')
  }

  return {
    preConnect(client, packet, answer) {
      const connection = client.conn as GuardedConnection
      if (packet.protocolVersion === (5 as number)) {
        const why = 'refused an MQTT 5 client: the embedded broker speaks 3.1.1'
        turnAway(connection, connackUnsupportedVersion, why)
        return answer(null, false)
      }
      const will = packet.will as { topic: string } | undefined
      const name = nameOf(packet.username, peer(connection.socket))
      if (will && will.topic !== statusTopic(name)) {
        const why = 'refused an MQTT client whose will is not for its own status topic'
        turnAway(connection, connackNotAuthorized, why)
        return answer(null, false)
      }
      const expired = () => connection.destroy()
      const heardMs = () => connection.heardMs
      connection.once('close', watchKeepAlive(clock, packet.keepalive ?? 0, heardMs, expired))
      Object.assign(packet, { keepalive: 0 })
      answer(null, true)
    },

    authenticate(client, username, password, answer) {
      const connection = client.conn as GuardedConnection
      const { remoteAddress: address = '' } = connection.socket
      const refuse = (error: Error, returnCode: number) =>
        answer(Object.assign(error, { returnCode }) as Parameters<typeof answer>[0], false)
      const enter = (session: Session) => {
        signedIn(client, connection, session)
        // One connection for each device [MQTT-3.1.4-2]: the broker closes what it knows under the same id.
        Object.assign(client, { id: session.device.id })
        answer(null, true)
      }
      const shown = peer(connection.socket)
      if (shown.kind === 'refused') {
        log.warn({ address, why: shown.why }, 'refused a client certificate')
        return refuse(new Error('the certificate was refused'), notAuthorized)
      }
      if (shown.kind === 'device') {
        const { device, certificate } = shown
        if (nameOf(username, shown) === device.id) return enter({ device, certificate: certificate.serial })
        return refuse(new Error('the user name is of another device'), badUserNameOrPassword)
      }
      devices.authenticate(username ?? '', password?.toString() ?? '', address).then(
        (device) => {
          if (!device) return refuse(new Error('bad user name or password'), badUserNameOrPassword)
          enter({ device, certificate: undefined })
        },
        (error: Error) => {
          log.error({ error: error.message }, 'a sign-in could not be checked')
          refuse(error, serverUnavailable)
        },
      )
    },
  }
}
