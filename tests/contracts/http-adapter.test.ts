import { once } from 'node:events'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import Fastify from 'fastify'
import { telemetryHttpRoutes } from '../../src/gateway/index.ts'
import { ProblemError } from '../../src/kernel/problem.ts'
import { adapterContract } from './adapter.ts'

adapterContract('POST /telemetry', async ({ devices, ingest, clock }) => {
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ProblemError) return reply.code(error.problem.status).send(error.problem)
    throw error
  })
  await app.register(telemetryHttpRoutes({ devices, ingest, clock }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo

  return {
    async connect({ username, password }) {
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
      const post = async (payload: Uint8Array): Promise<boolean> => {
        const answer = await fetch(`http://127.0.0.1:${port}/telemetry`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/senml+json' },
          body: Uint8Array.from(payload),
        })
        if (answer.status === 401) throw new Error('refused')
        return answer.status === 200
      }
      return {
        send: post,
        async sendInPieces(payload, pieceBytes) {
          const socket = connectTcp(port, '127.0.0.1')
          socket.setNoDelay(true)
          await once(socket, 'connect')
          const head = `POST /telemetry HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/senml+json\r\nContent-Length: ${payload.length}\r\nConnection: close\r\n\r\n`
          const bytes = Buffer.concat([Buffer.from(head), payload])
          const answer = socket.toArray()
          for (let at = 0; at < bytes.length; at += pieceBytes) {
            await new Promise((resolve) => socket.write(bytes.subarray(at, at + pieceBytes), resolve))
          }
          return Buffer.concat((await answer) as Buffer[])
            .toString()
            .startsWith('HTTP/1.1 200')
        },
        async close() {},
      }
    },
    stop: () => app.close(),
  }
})
