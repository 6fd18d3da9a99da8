import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { account } from '../../audit/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import { permissionsOf, requireActor } from '../access.ts'
import { requireOwnAccount } from '../account/own-account.ts'
import type { NewProxy, ProxyView } from '../contract.ts'
import type { Identity } from '../identity.ts'
import { accountActMaxAgeS, requireRecentSignIn } from '../step-up.ts'
import { proxyNotYours, proxyUnknown } from './problems.ts'

const fhirId = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/)
const newProxy = z.object({
  person: z.string().min(1).max(254),
  patient: fhirId,
  relationship: z
    .string()
    .regex(/^[A-Za-z-]{2,20}$/, 'is a code of HL7 v3 RoleCode, such as GUARD or POWATT'),
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
})

/** For their own record, or for everyone's. */
function requireSay(request: FastifyRequest, patient: string): void {
  const actor = requireActor(request)
  if (actor.kind === 'person' && actor.app === undefined && actor.patient === patient) return
  if (!oversees(request)) throw proxyNotYours()
}
const oversees = (request: FastifyRequest): boolean => {
  const may = permissionsOf(requireActor(request))
  return may.has('consent.view') || may.has('users.manage')
}

/** Who stands for whom: a patient says it of themselves, a privacy officer or administrator of everyone. */
export function proxyRoutes({ proxies }: Pick<Identity, 'proxies'>): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Querystring: { patient?: string } }>(
      '/api/proxies',
      account(),
      async (request): Promise<readonly ProxyView[]> => {
        const { patient } = request.query
        if (patient !== undefined) requireSay(request, patient)
        else if (!oversees(request)) throw proxyNotYours()
        return proxies.list(patient === undefined ? 'all' : { patient })
      },
    )
    /** For whom the person themselves stands. */
    app.get('/api/account/proxies', account(), async (request): Promise<readonly ProxyView[]> => {
      return proxies.list({ person: requireOwnAccount(request).id })
    })
    app.post('/api/proxies', account(), async (request, reply): Promise<ProxyView> => {
      const given = newProxy.safeParse(request.body)
      if (!given.success) {
        const [first] = given.error.issues
        throw new ProblemError({
          code: 'proxy-invalid',
          status: 422,
          message: `Nobody can stand for the patient so: ${first?.path.join('.')} ${first?.message}.`,
          where: first?.path.join('.') ?? '',
        })
      }
      requireSay(request, given.data.patient)
      const { id } = requireRecentSignIn(request, accountActMaxAgeS)
      reply.code(201)
      return proxies.grant(given.data as NewProxy, id)
    })
    app.delete<{ Params: { id: string } }>('/api/proxies/:id', account(), async (request, reply) => {
      const proxy = await proxies.find(request.params.id)
      const actor = requireOwnAccount(request)
      // Who stands for somebody may always stop.
      if (proxy && proxy.person.id !== actor.id) requireSay(request, proxy.patient)
      if (!proxy) throw proxyUnknown()
      await proxies.end(proxy.id, actor.id)
      return reply.code(204).send()
    })
  }
}
