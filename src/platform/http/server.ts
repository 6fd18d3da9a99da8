/** The HTTP server before any domain: limits, headers, request ids, refusals as OperationOutcome, figures. */
import Fastify, { type FastifyInstance } from 'fastify'
import { Histogram, type Registry } from 'prom-client'
import type { Log } from '../log.ts'
import type { Random } from '../random.ts'
import { hostCheck } from './host-check.ts'
import { errorHandler, notFoundProblem, sendProblem } from './problems.ts'
import { securityHeaders } from './security-headers.ts'

export interface HttpServerDeps {
  readonly log: Log
  readonly metrics: Registry
  readonly random: Random
  /** The address that `listen` will be given. Default: 127.0.0.1. */
  readonly listenHost?: string
  /** How people reach it, where that is not the address it listens on. */
  readonly publicUrl?: string | undefined
  /** Other names this server goes by. */
  readonly otherNames?: readonly string[]
  /** A proxy in front ends TLS: its X-Forwarded-… headers are believed. */
  readonly behindProxy?: boolean
  /** Origins that pages may ask beside our own. */
  readonly alsoAsks?: readonly string[]
  /** Default 4 MiB; a route may set its own. */
  readonly bodyLimitBytes?: number
}

const defaultBodyLimitBytes = 4 << 20
/** A request that has not fully arrived by then is dropped: slow senders must not hold connections. */
const requestTimeoutMs = 60_000

export function createHttpServer(deps: HttpServerDeps): FastifyInstance {
  const {
    log,
    metrics,
    random,
    listenHost = '127.0.0.1',
    publicUrl,
    behindProxy = false,
    alsoAsks = [],
  } = deps
  const app = Fastify({
    logger: false, // its own lines hold full URLs, and those hold ids
    genReqId: () => random.uuid(),
    bodyLimit: deps.bodyLimitBytes ?? defaultBodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    trustProxy: behindProxy,
  })
  const refusedHost = hostCheck({ listenHost, publicUrl, otherNames: deps.otherNames ?? [] })
  const secure = publicUrl?.startsWith('https:') ?? false
  const duration = new Histogram({
    name: 'vitalwire_http_request_seconds',
    help: 'How long requests took, by path pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [metrics],
  })

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    const problem = refusedHost(request.headers)
    if (problem) return sendProblem(reply, problem)
    // The host went through the check above, so it can stand in a header.
    const path = request.url.split('?', 1)[0] ?? '/'
    reply.headers(securityHeaders({ host: request.headers.host ?? '', path, secure, alsoAsks }))
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    duration.observe(labels, reply.elapsedTime / 1_000)
    const fields = { request: request.id, ...labels, durationMs: Math.round(reply.elapsedTime) }
    log.debug(fields, 'request')
  })
  app.setErrorHandler(errorHandler(log))
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, notFoundProblem))
  return app
}
