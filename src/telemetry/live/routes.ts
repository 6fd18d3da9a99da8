import websocket from '@fastify/websocket'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { nothing } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import type { LiveSocket } from './reader.ts'
import { LiveSession, type LiveSessionDeps } from './session.ts'

const streams = nothing('each stream is recorded as it begins, changes and ends')
const largestMessageBytes = 64 << 10
const closeWithinMs = 2_000

/** `GET /live`, the WebSocket of `contract.ts`. */
export function liveRoutes(deps: LiveSessionDeps): FastifyPluginAsync {
  return async (app) => {
    if (!app.hasDecorator('websocketServer')) {
      await app.register(websocket, { options: { maxPayload: largestMessageBytes } })
    }
    app.get(
      '/live',
      { ...streams, websocket: true, preValidation: async (request) => refuseForeignOrigin(request) },
      (socket, request) => {
        const session = new LiveSession(
          deps,
          {
            get bufferedAmount() {
              return socket.bufferedAmount
            },
            send: (data, options) => socket.send(data, options),
            ping: () => socket.ping(),
            terminate: () => socket.terminate(),
            close(code, reason) {
              socket.close(code, reason)
              // A client that does not read does not see the close either.
              deps.clock.after(closeWithinMs, () => socket.terminate())
            },
          } satisfies LiveSocket,
          request.ip,
        )
        socket.on('message', (data, binary) => {
          session.message(binary ? '' : data.toString())
        })
        socket.on('pong', () => session.alive())
        socket.on('close', () => session.end())
        socket.on('error', () => session.end())
        session.begin(request.actor, bearerToken(request))
      },
    )
  }
}

const bearerToken = (request: FastifyRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]

/** Browsers name the page a socket comes from; another site's page must not ride on a session of ours. */
function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers
  if (origin === undefined) return
  if (URL.canParse(origin) && new URL(origin).host === host) return
  throw new ProblemError({
    code: 'origin-foreign',
    status: 403,
    message: 'Live data is for pages of this server only.',
  })
}
