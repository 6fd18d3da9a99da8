import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { nothing, patientData } from '../../audit/index.ts'
import { requireActor } from '../../identity/index.ts'
import { isDataClass } from '../../kernel/data-class.ts'
import type { ConsentFormView } from '../contract.ts'
import { consentForms, newestWording, wordingOf } from '../forms/index.ts'
import type { Decider } from '../forms/to-consent.ts'
import { parsed, patientOf } from '../parse-request.ts'
import { requirePermit } from '../plugin.ts'
import { problems } from '../problems.ts'
import type { Decisions } from './decisions.ts'
import type { Parties } from './parties.ts'

const language = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, 'must be a language tag')
const inLanguage = z.object({ language: language.default('en') })
const choice = z.strictObject({
  form: z.string().min(1).max(64),
  version: z.string().min(1).max(32),
  language,
  who: z.string().min(1).max(128).optional(),
  classes: z.array(z.string().refine(isDataClass, 'is no kind of data')).max(20).optional(),
  until: z.iso.date().optional(),
})
const ofConsent = z.object({ consent: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be an id') })

/** The patient themselves, or who stands for them: nobody else decides. */
function decider(request: FastifyRequest, patient: string): Decider {
  const actor = requireActor(request)
  const own = actor.kind === 'person' && actor.patient === patient
  const proxied = actor.kind === 'person' && (actor.proxyFor ?? []).includes(patient)
  if (actor.kind === 'person' && actor.app === undefined && (own || proxied))
    return { reference: actor.fhirUser, name: actor.name }
  if (request.permit && request.permit.scopeOf(patient).length > 0)
    throw problems.notForYou('Only the patient, or who stands for them, decides about their data.')
  throw problems.unknownPatient()
}

/** Who may see data of class `consent`: the patient, who treats them, who oversees privacy. */
function reader(request: FastifyRequest): string {
  const patient = patientOf(request)
  if (!requirePermit(request).covers([patient], { dataClass: 'consent', labels: [] }))
    throw problems.unknownPatient()
  return patient
}

export function consentRoutes(deps: {
  readonly decisions: Decisions
  readonly parties: Parties
}): FastifyPluginAsync {
  const { decisions, parties } = deps
  const choiceOf = (request: FastifyRequest) =>
    parsed(choice, request.body) as Parameters<Decisions['give']>[1]
  return async (app) => {
    app.get(
      '/api/consent-forms',
      nothing('the same words for everyone'),
      async (request): Promise<ConsentFormView[]> => {
        requireActor(request)
        const wanted = parsed(inLanguage, request.query).language
        return consentForms.map((form) => {
          const newest = newestWording(form)
          return { id: form.id, version: newest.version, asks: form.asks, ...wordingOf(newest, wanted) }
        })
      },
    )

    app.get('/api/patients/:id/consents', patientData({ polled: true }), async (request) =>
      decisions.list(reader(request), parsed(inLanguage, request.query).language),
    )

    app.get('/api/patients/:id/consents/parties', patientData({ polled: true }), async (request) => {
      const patient = patientOf(request)
      decider(request, patient)
      return parties.of(patient)
    })

    app.post(
      '/api/patients/:id/consents/preview',
      patientData({ kind: 'read', action: 'E' }),
      async (request) => {
        const patient = patientOf(request)
        const by = decider(request, patient)
        return decisions.preview(patient, choiceOf(request), by)
      },
    )

    app.post('/api/patients/:id/consents', patientData({ kind: 'consent' }), async (request, reply) => {
      const patient = patientOf(request)
      const by = decider(request, patient)
      const given = await decisions.give(patient, choiceOf(request), by)
      reply.code(201)
      return given
    })

    app.post(
      '/api/patients/:id/consents/:consent/withdraw',
      patientData({ kind: 'consent', action: 'U' }),
      async (request) => {
        const patient = patientOf(request)
        const by = decider(request, patient)
        const wanted = parsed(inLanguage, request.query).language
        return decisions.withdraw(patient, parsed(ofConsent, request.params).consent, by, wanted)
      },
    )
  }
}
