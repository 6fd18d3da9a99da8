import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { errors, type InteractionResults } from 'oidc-provider'
import { z } from 'zod'
import { account, actedAs, gave, nothing } from '../audit/index.ts'
import { ProblemError, type Result } from '../kernel/problem.ts'
import type { SignInPrompt } from './contract.ts'
import type { Identity } from './identity.ts'
import { type Person, webClientId } from './model.ts'
import { mayBeGranted } from './oauth/grant.ts'
import { credentialBody } from './passkeys/credential-body.ts'
import { type Proven, signInRefused } from './sign-in.ts'

type Interaction = Awaited<ReturnType<ReturnType<Identity['provider']>['interactionDetails']>>
type Params = { Params: { uid: string } }

const credentials = z.object({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(256),
  code: z.string().max(64).optional(),
})

const prompts = nothing('what the sign-in page asks for')

const expired = () =>
  new ProblemError({
    code: 'sign-in-expired',
    status: 404,
    message: 'This sign-in has expired. Go back to the start and sign in again.',
  })

/** The sign-in page's own requests: what is asked for, and the answer that lets the authorisation go on. */
export function interactionRoutes(identity: Identity): FastifyPluginAsync {
  const find = async (request: FastifyRequest<Params>, reply: FastifyReply): Promise<Interaction> => {
    try {
      const found = await identity.provider().interactionDetails(request.raw, reply.raw)
      if (found.uid === request.params.uid) return found
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error
    }
    throw expired()
  }
  /** Path only: the browser goes on under whichever of the server's names it came by. */
  const goOn = async (request: FastifyRequest, reply: FastifyReply, result: InteractionResults) => {
    const next = new URL(await identity.provider().interactionResult(request.raw, reply.raw, result))
    return { redirectTo: `${next.pathname}${next.search}` }
  }

  const letIn = async (
    request: FastifyRequest,
    reply: FastifyReply,
    found: Interaction,
    answer: Result<Proven>,
  ) => {
    if (!answer.ok) throw new ProblemError(answer.problem)
    const from = { address: request.ip, userAgent: request.headers['user-agent'] }
    const { person, methods } = answer.value
    actedAs(request, person.fhirUser)
    gave(request, signedInAs(person))
    await endOthersSession(identity, request, reply, found, person.id)
    await identity.tell({ what: 'sign-in-done', person: person.id, methods, ...from })
    return goOn(request, reply, { login: { accountId: person.id, amr: [...methods] } })
  }

  return async (app) => {
    app.get<Params & { Querystring: { page?: string } }>(
      '/api/sign-in/:uid',
      prompts,
      async (request, reply) => {
        if (request.query.page !== undefined) {
          return reply.redirect(`/sign-in/${encodeURIComponent(request.params.uid)}`, 303)
        }
        const found = await find(request, reply)
        const clientId = String(found.params['client_id'])
        const client = await identity.provider().Client.find(clientId)
        const prompt = found.prompt.name === 'consent' ? 'consent' : 'login'
        const party = identity.passkeys.relyingParty()
        reply.header('cache-control', 'no-store')
        return {
          client: {
            id: clientId,
            name: client?.clientName ?? clientId,
            firstParty: clientId === webClientId,
          },
          prompt,
          scopes: String(found.params['scope'] ?? '')
            .split(' ')
            .filter(Boolean),
          ...(party && prompt === 'login' ? { passkeyHost: party.id } : {}),
        } satisfies SignInPrompt
      },
    )

    app.post<Params>('/api/sign-in/:uid', account('sign-in', 'E'), async (request, reply) => {
      const found = await find(request, reply)
      const given = credentials.safeParse(request.body)
      if (!given.success) {
        throw new ProblemError({
          code: 'sign-in-incomplete',
          status: 400,
          message: 'Give an e-mail address and a password.',
        })
      }
      // Looked up before the check and whatever it will say: the trail names the account that was tried, the answer never.
      const tried = await identity.findPersonByEmail(given.data.email)
      if (tried) gave(request, signedInAs(tried))
      const answer = await identity.checkCredentials({ ...given.data, address: request.ip })
      return letIn(request, reply, found, answer)
    })

    app.post<Params>('/api/sign-in/:uid/passkey-options', prompts, async (request, reply) => {
      const { uid } = await find(request, reply)
      return identity.passkeys.beginProof({ purpose: 'sign-in', subject: uid })
    })

    app.post<Params>('/api/sign-in/:uid/passkey', account('sign-in', 'E'), async (request, reply) => {
      const found = await find(request, reply)
      const given = credentialBody.safeParse(request.body)
      if (!given.success) throw new ProblemError(signInRefused)
      const response = given.data as unknown as AuthenticationResponseJSON
      const answer = await identity.passkeys.prove({ purpose: 'sign-in', subject: found.uid }, response)
      if (!answer.ok) await identity.tell({ what: 'sign-in-refused', address: request.ip, methods: ['hwk'] })
      return letIn(request, reply, found, answer)
    })

    app.post<Params>('/api/sign-in/:uid/consent', account(), async (request, reply) => {
      const found = await find(request, reply)
      const body = z.object({ allow: z.boolean() }).safeParse(request.body)
      if (!body.success || found.prompt.name !== 'consent' || !found.session) throw expired()
      if (found.session.accountId) {
        const person = await identity.findPerson(found.session.accountId)
        if (person) actedAs(request, person.fhirUser)
      }
      if (!body.data.allow) return goOn(request, reply, { error: 'access_denied' })
      return goOn(request, reply, { consent: { grantId: await consentTo(identity, found) } })
    })
  }
}

/** A patient sees in their own trail who came in by their account. */
const signedInAs = ({ fhirUser, patient }: Person) => ({
  patients: patient === null ? [] : [patient],
  what: [fhirUser],
})

/**
 * Someone else signs in at the same browser, perhaps in a tab that was opened before: whoever was signed in is signed
 * out first. Left to the library, that would be a page that posts itself by a script.
 */
async function endOthersSession(
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  found: Interaction,
  person: string,
): Promise<void> {
  const provider = identity.provider()
  const session = await provider.Session.get(provider.createContext(request.raw, reply.raw))
  if (session.accountId && session.accountId !== person) {
    await identity.endSession(session.uid, session.accountId)
  } else if (!found.session || found.session.accountId === person) return
  found.session = undefined
  found.grantId = undefined
  await found.persist()
}

/** Grants what the app asked for and is registered for; the rest is answered as refused, so it is not asked again. */
async function consentTo(identity: Identity, found: Interaction): Promise<string> {
  const { Grant, Client } = identity.provider()
  const clientId = String(found.params['client_id'])
  const accountId = found.session!.accountId
  const client = await Client.find(clientId)
  const known = found.grantId ? await Grant.find(found.grantId) : undefined
  const grant = known ?? new Grant({ clientId, accountId })
  const missing = found.prompt.details['missingOIDCScope']
  for (const scope of Array.isArray(missing) ? missing.map(String) : []) {
    if (mayBeGranted(client, scope)) grant.addOIDCScope(scope)
    else grant.rejectOIDCScope(scope)
  }
  const granted = missing === undefined ? [] : grant.getOIDCScope().split(' ')
  await identity.tell({ what: 'app-granted', person: accountId, client: clientId, scopes: granted })
  return grant.save()
}
