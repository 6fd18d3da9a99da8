/**
 * Where a device comes by its certificate: JSON with PEM for whoever writes a device, EST (RFC 7030) for devices that
 * speak it already. A renewal is asked for on a connection that shows the present certificate.
 */

import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { nothing } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import { isoFromMicros } from '../../kernel/time.ts'
import type { EnrolledCertificate } from '../contract.ts'
import { certificatesOnly } from './authority.ts'
import type { DeviceCertificates } from './certificates.ts'
import type { Enrolled } from './enrolment.ts'
import { renewsFrom } from './life.ts'
import type { DeviceCertificate } from './model.ts'
import { certificatesRefusal } from './problems.ts'
import { requestLimits } from './request.ts'

const pem = z.string().max(requestLimits.bytes * 2)
const enrolment = z.strictObject({ device: z.string().max(64), code: z.string().max(64), request: pem })
const renewal = z.strictObject({ request: pem })
const bodyLimitBytes = requestLimits.bytes * 3

export function enrolmentRoutes(certificates: DeviceCertificates): FastifyPluginAsync {
  const { enrolment: desk, authority } = certificates

  function present(request: FastifyRequest): DeviceCertificate {
    const peer = certificates.peer(request.raw.socket)
    if (peer.kind === 'device') return peer.certificate
    if (peer.kind === 'none') throw certificatesRefusal('certificate-needed')
    throw certificatesRefusal('certificate-refused', { detail: peer.why })
  }
  const view = ({ pem: certificate, certificate: about }: Enrolled): EnrolledCertificate => ({
    ...{ certificate, authority: authority.certificatePem, serial: about.serial },
    ...{ notAfter: isoFromMicros(about.notAfter), renewsFrom: isoFromMicros(renewsFrom(about)) },
  })

  return async (app) => {
    const limited = { bodyLimit: bodyLimitBytes, ...told }
    app.post('/devices/enrol', limited, async (request, reply) => {
      const { device, code, request: sent } = parsed(enrolment, request.body)
      return reply.code(201).send(view(await desk.enrol(device, code, sent, request.ip)))
    })
    app.post('/devices/renew', limited, async (request, reply) => {
      const { request: sent } = parsed(renewal, request.body)
      return reply.code(201).send(view(await desk.renew(present(request), sent)))
    })

    app.get('/.well-known/vitalwire/devices.crl', published, async (_request, reply) =>
      reply.type('application/pkix-crl').send(await certificates.revocationList()),
    )
    app.get('/.well-known/vitalwire/devices-authority.pem', published, async (_request, reply) =>
      reply.type('application/x-pem-file').send(authority.certificatePem),
    )
    await app.register(async (est) => estRoutes(est, certificates, present))
  }
}

/** What happened is told by the certificates themselves, also where no request is behind it. */
const told = nothing('the certificates tell what became of it')
const published = nothing('published for everyone')

function estRoutes(
  app: FastifyInstance,
  { enrolment: desk, authority }: DeviceCertificates,
  present: (request: FastifyRequest) => DeviceCertificate,
): void {
  const options = { parseAs: 'string', bodyLimit: bodyLimitBytes } as const
  app.addContentTypeParser('application/pkcs10', options, (_request, body, done) => done(null, body))

  app.get('/.well-known/est/cacerts', published, (_request, reply) =>
    sendPkcs7(reply, [authority.certificateDer]),
  )
  // RFC 7030 4.5.2: nothing beyond a key is asked of a request.
  app.get('/.well-known/est/csrattrs', published, async (_request, reply) => reply.code(204).send())
  app.post('/.well-known/est/simpleenroll', told, async (request, reply) => {
    const basic = basicOf(request)
    if (!basic) {
      reply.header('WWW-Authenticate', 'Basic realm="device id : one-time code"')
      throw certificatesRefusal('enrolment-refused')
    }
    const { der } = await desk.enrol(basic.user, basic.password, `${request.body}`, request.ip)
    return sendPkcs7(reply, [der])
  })
  app.post('/.well-known/est/simplereenroll', told, async (request, reply) => {
    const { der } = await desk.renew(present(request), `${request.body}`)
    return sendPkcs7(reply, [der])
  })
}

/** RFC 7030 4.1.3 and 4.2.3: base64 of PKCS #7 without a signer. */
const sendPkcs7 = (reply: FastifyReply, ders: readonly Buffer[]) =>
  reply
    .header('Content-Type', 'application/pkcs7-mime; smime-type=certs-only')
    .header('Content-Transfer-Encoding', 'base64')
    .send(
      `${certificatesOnly(ders)
        .toString('base64')
        .replace(/(.{76})(?=.)/g, '$1\n')}\n`,
    )

function basicOf(request: FastifyRequest): { user: string; password: string } | undefined {
  const [scheme, credential] = (request.headers.authorization ?? '').split(' ', 2)
  if (scheme?.toLowerCase() !== 'basic' || credential === undefined) return undefined
  const [user = '', ...rest] = Buffer.from(credential, 'base64').toString().split(':')
  return { user, password: rest.join(':') }
}

export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const outcome = schema.safeParse(value)
  if (outcome.success) return outcome.data
  const message = outcome.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  throw new ProblemError({ code: 'request-invalid', status: 400, message })
}
