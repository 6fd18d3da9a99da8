import type { FastifyInstance } from 'fastify'

/** Opens the port (0: any free one) and answers the address as a URL without a trailing slash. */
export async function listenHttp(app: FastifyInstance, host: string, port: number): Promise<string> {
  await app.listen({ host, port })
  const address = app.server.address()
  const opened = typeof address === 'object' && address ? address.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${opened}`
}
