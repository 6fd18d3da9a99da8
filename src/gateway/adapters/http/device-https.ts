/**
 * HTTPS for devices: the same server, of which only the paths for devices are reached here. What a person signs in to
 * stays behind whatever ends TLS for people.
 */
import type { RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { DeviceTls } from '../../../devices/index.ts'
import { listenTcp } from '../../../platform/listen.ts'
import type { Log } from '../../../platform/log.ts'

export interface DeviceHttpsDeps {
  readonly host: string
  readonly port: number
  readonly tls: DeviceTls
  /** Answers what comes, once the server is ready. */
  readonly routing: RequestListener
  readonly log: Log
}

export interface DeviceHttps {
  readonly port: number
  close(): Promise<void>
}

const forDevices = /^\/(telemetry|devices\/(enrol|renew)|\.well-known\/(est|vitalwire)\/[^?]*)(\?|$)/
const requestTimeoutMs = 60_000

export async function startDeviceHttps(deps: DeviceHttpsDeps): Promise<DeviceHttps> {
  const { host, port: wanted, tls, routing, log } = deps
  /** By the serial number of the certificate they stand on. */
  const standing = new Map<string, Set<TLSSocket>>()

  const options = { ...tls.options, requestTimeout: requestTimeoutMs }
  const server = createHttpsServer(options, (request, response) => {
    if (forDevices.test(request.url ?? '')) return routing(request, response)
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Only devices are served here.\n')
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.on('secureConnection', (socket) => {
    const peer = tls.peer(socket)
    if (peer.kind !== 'device') return
    const { serial } = peer.certificate
    const sockets = standing.get(serial) ?? new Set()
    standing.set(serial, sockets.add(socket))
    socket.once('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) standing.delete(serial)
    })
  })
  const unsubscribe = tls.onEnded(({ serial }) => {
    for (const socket of [...(standing.get(serial) ?? [])]) socket.destroy()
  })
  tls.keepRenewed(server)
  const { port } = await listenTcp(server, host, wanted)
  log.info({ port }, 'HTTPS for devices listens')
  return {
    port,
    async close() {
      unsubscribe()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
