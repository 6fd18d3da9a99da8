/**
 * `POST /telemetry`: one SenML pack of one device. The device signs in with Basic (its id and secret), with the secret
 * alone as Bearer token, or by the certificate that its connection shows. Answered 200 with what became of the pack,
 * after it is durable.
 */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { nothing } from '../../../audit/index.ts'
import type { Device, DeviceRegistry, Peer } from '../../../devices/index.ts'
import { ProblemError } from '../../../kernel/problem.ts'
import type { Clock } from '../../../platform/clock.ts'
import { senmlLimits } from '../../codecs/senml/pack.ts'
import { deliverSenml } from '../../delivery.ts'
import type { Ingest } from '../../model.ts'
import { gatewayProblem } from '../../problems.ts'
import { quarantineLimits } from '../../quarantine.ts'

export interface TelemetryHttpDeps {
  readonly devices: DeviceRegistry
  readonly ingest: Ingest
  readonly clock: Clock
  /** Who shows a certificate on this connection. */
  readonly peer?: (socket: Socket) => Peer
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The device that posts; set before a byte of its body is read. */
    postingDevice: Device | undefined
    signedInAtMs: number
  }
}

const protocol = 'http'
const retryAfterS = 2
const signInHoldsMs = 500

export function telemetryHttpRoutes(deps: TelemetryHttpDeps): FastifyPluginAsync {
  const { devices, ingest, clock } = deps
  return async (app) => {
    app.decorateRequest('postingDevice', undefined)
    app.decorateRequest('signedInAtMs', 0)
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, done) => {
      readUpTo(payload as IncomingMessage, senmlLimits.bytes).then((body) => done(null, body), done)
    })

    app.post('/telemetry', {
      ...nothing('a device delivers; readings are kept with where they come from'),
      onRequest: async (request, reply) => {
        request.postingDevice = await signIn(deps, request)
        request.signedInAtMs = clock.elapsedMs()
        if (!request.postingDevice) {
          reply.header('WWW-Authenticate', 'Basic realm="vitalwire", Bearer')
          throw new ProblemError(gatewayProblem('sign-in-refused'))
        }
        if (ingest.busy()) {
          reply.header('Retry-After', String(retryAfterS))
          throw new ProblemError(gatewayProblem('busy'))
        }
      },
      handler: async (request, reply) => {
        const device = request.postingDevice!
        const { bytes, size } = (request.body as Body | undefined) ?? { bytes: Buffer.alloc(0), size: 0 }
        // What came slowly may have been sent by one that was shut out meanwhile.
        if (clock.elapsedMs() - request.signedInAtMs > signInHoldsMs && !(await signIn(deps, request))) {
          throw new ProblemError(gatewayProblem('sign-in-refused'))
        }
        const receivedAt = clock.now()
        devices.heard(device.id, receivedAt, true)
        if (size > senmlLimits.bytes) {
          const problem = gatewayProblem('payload-too-large', { what: '1 MiB' })
          const head = bytes.subarray(0, quarantineLimits.bytes)
          await orLater(reply, ingest.quarantine(device.id, protocol, head, problem, receivedAt, size))
          reply.header('Connection', 'close')
          throw new ProblemError(problem)
        }
        const delivered = deliverSenml(ingest, device, protocol, bytes, receivedAt)
        const { undecodable, ...outcome } = await orLater(reply, delivered)
        return reply.code(undecodable ? 400 : 200).send(outcome)
      },
    })
  }
}

/** Only storage that is down keeps what was delivered from an outcome: then a device may try again. */
function orLater<T>(reply: FastifyReply, delivered: Promise<T>): Promise<T> {
  return delivered.catch((error: Error) => {
    reply.header('Retry-After', String(retryAfterS))
    throw error
  })
}

interface Body {
  readonly bytes: Buffer
  /** Above the limit: at least this much was announced or came. */
  readonly size: number
}

/**
 * Reads at most one chunk beyond the limit; what is behind it stays on the wire. The stream is left open: destroying it
 * would take the socket down before the answer is on it.
 */
async function readUpTo(payload: Readable, limit: number): Promise<Body> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limit) break
  }
  return { bytes: Buffer.concat(chunks), size }
}

async function signIn(deps: TelemetryHttpDeps, request: FastifyRequest): Promise<Device | undefined> {
  const { devices, peer = () => ({ kind: 'none' }) as const } = deps
  if (request.actor?.kind === 'device') return devices.find(request.actor.id)
  const shown = peer(request.raw.socket)
  // One that does not hold is not passed over: whoever shows it means to be believed by it.
  if (shown.kind === 'refused') return undefined
  if (shown.kind === 'device' && request.headers.authorization === undefined) return shown.device
  const named = await byHeader(devices, request)
  return shown.kind === 'none' || named?.id === shown.device.id ? named : undefined
}

async function byHeader(devices: DeviceRegistry, request: FastifyRequest): Promise<Device | undefined> {
  const [scheme, credential] = (request.headers.authorization ?? '').split(' ', 2)
  if (credential === undefined) return undefined
  if (scheme?.toLowerCase() === 'bearer') return devices.authenticateSecret(credential, request.ip)
  if (scheme?.toLowerCase() !== 'basic') return undefined
  const decoded = Buffer.from(credential, 'base64').toString()
  const colon = decoded.indexOf(':')
  if (colon < 0) return undefined
  return devices.authenticate(decoded.slice(0, colon), decoded.slice(colon + 1), request.ip)
}
