import { type Actor, actorReference } from '../../identity/index.ts'
import { mayKnow, type Permit } from '../../kernel/permit.ts'
import { isoFromMicros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { LiveMessage, LiveRequest } from '../contract.ts'
import type { LiveHub } from './hub.ts'
import { closeCodes, encodeMessage, LiveReader, type LiveSocket, type Subscription } from './reader.ts'
import { parseLiveRequest } from './request.ts'

export type Authenticate = (token: string) => Promise<Actor | undefined>

export interface LiveSessionDeps {
  readonly hub: Pick<LiveHub, 'limits' | 'add'>
  readonly clock: Clock
  readonly authenticate: Authenticate
  readonly permitOf: (actor: Actor) => Permit
  /** Calls when permits may have changed; the answer cancels. */
  readonly onDecisionsChanged?: (listener: () => void) => () => void
  /** Calls when access of the person or app with this id was ended; the answer cancels. */
  readonly onAccessEnded?: (listener: (id: string) => void) => () => void
  /** Told before anything is sent of these patients, and when that ends; where it fails nothing is sent. */
  readonly onWatch?: (watch: LiveWatch) => Promise<void>
}

export interface LiveWatch {
  readonly actor: Actor
  readonly address: string
  readonly event: 'began' | 'changed' | 'ended'
  /** As asked for; what of it is seen is the permit's to say. */
  readonly patients: 'all' | readonly string[]
  readonly waveforms: readonly string[]
}

const signInWithinMs = 5_000
const checkTokenEveryMs = 60_000
const mostRequestsAMinute = 120

/** One socket's life: sign in, subscribe, listen. Requests are handled one after the other. */
export class LiveSession {
  readonly #deps: LiveSessionDeps
  readonly #socket: LiveSocket
  #reader: LiveReader | undefined
  #cancels: (() => void)[] = []
  #queue: Promise<void> = Promise.resolve()
  #requests = 0
  #ended = false
  #actor: Actor | undefined
  readonly #address: string

  constructor(deps: LiveSessionDeps, socket: LiveSocket, address = '') {
    this.#deps = deps
    this.#socket = socket
    this.#address = address
    this.#cancels.push(deps.clock.every(60_000, () => (this.#requests = 0)))
  }

  /** Begins with who is signed in already, or a token of the request's header, or waits for the first message. */
  begin(actor: Actor | undefined, token: string | undefined): void {
    if (actor) {
      this.#enqueue(async () => {
        await this.#signedIn(actor)
        if (token !== undefined) this.#watch(token, actor)
      })
      return
    }
    if (token !== undefined) {
      this.#enqueue(() => this.#signIn(token))
      return
    }
    const late = this.#deps.clock.after(signInWithinMs, () => {
      if (!this.#reader) this.#refuse('sign in within five seconds')
    })
    this.#cancels.push(late)
  }

  message(text: string): void {
    if (++this.#requests > mostRequestsAMinute) {
      this.#refuse('too many requests')
      return
    }
    this.#enqueue(() => this.#handle(text))
  }

  alive(): void {
    this.#reader?.alive()
  }

  end(): void {
    // What cannot be recorded at an end was recorded at its begin.
    if (!this.#ended && this.#reader) this.#tell('ended', this.#reader.subscription).catch(() => {})
    this.#ended = true
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch(() => this.#refuse('sign-in is not possible now'))
  }

  async #handle(text: string): Promise<void> {
    if (this.#ended) return
    const request = parseLiveRequest(text)
    if (!request) {
      if (this.#reader) this.#say({ type: 'refused', reason: 'this is no request of /live' })
      else this.#refuse('the first message must be {"type":"authenticate","token":"…"}')
      return
    }
    if (request.type === 'authenticate') {
      if (!this.#reader) await this.#signIn(request.token)
      return
    }
    if (!this.#reader) return this.#refuse('sign in first')
    await this.#subscribe(this.#reader, request)
  }

  async #signIn(token: string): Promise<void> {
    const actor = await this.#deps.authenticate(token)
    if (this.#ended) return
    if (!actor) return this.#refuse('the access token is not valid')
    await this.#signedIn(actor)
    this.#watch(token, actor)
  }

  /** What is ended in this process is noticed at once; what is ended elsewhere, or runs out, within a minute. */
  #watch(token: string, actor: Actor): void {
    this.#cancels.push(this.#deps.clock.every(checkTokenEveryMs, () => void this.#checkToken(token)))
    const cancel = this.#deps.onAccessEnded?.((id) => {
      if (id === actor.id) void this.#checkToken(token)
    })
    if (cancel) this.#cancels.push(cancel)
  }

  /** A token that was revoked or ran out ends the connection. Where that cannot be asked, it stays. */
  async #checkToken(token: string): Promise<void> {
    const actor = await this.#deps.authenticate(token).catch(() => 'unknown' as const)
    if (actor === undefined && !this.#ended) this.#refuse('the access token is no longer valid')
  }

  async #signedIn(actor: Actor): Promise<void> {
    this.#actor = actor
    const everything: Subscription = {
      patients: 'all',
      readings: true,
      alarms: true,
      waveforms: new Set(),
    }
    await this.#tell('began', everything)
    if (this.#ended) return
    this.#reader = new LiveReader(this.#socket, everything, this.#deps.permitOf(actor), this.#deps.hub.limits)
    const serverTime = isoFromMicros(this.#deps.clock.now())
    this.#say({ type: 'ready', actor: actorReference(actor), serverTime })
    const reader = this.#reader
    this.#cancels.push(this.#deps.hub.add(reader))
    const cancel = this.#deps.onDecisionsChanged?.(() => this.#decideAnew(reader, actor))
    if (cancel) this.#cancels.push(cancel)
  }

  /** From the next message on the new permit holds; what the client shows of those it changed for, it must ask for again. */
  #decideAnew(reader: LiveReader, actor: Actor): void {
    const before = reader.permit
    reader.permit = this.#deps.permitOf(actor)
    const changed = [...differing(before, reader.permit)]
    for (const patient of changed) {
      this.#say({ type: 'revised', patient, metric: null })
    }
    // Less is seen at once; who is seen more of is told of it, or the stream ends.
    if (changed.length > 0) {
      this.#tell('changed', reader.subscription).catch(() => this.#refuse('this cannot be recorded now'))
    }
  }

  #tell(event: LiveWatch['event'], { patients, waveforms }: Subscription): Promise<void> {
    const [actor, address] = [this.#actor, this.#address]
    if (!actor || !this.#deps.onWatch) return Promise.resolve()
    const asked = patients === 'all' ? patients : [...patients]
    return this.#deps.onWatch({ actor, address, event, patients: asked, waveforms: [...waveforms] })
  }

  async #subscribe(reader: LiveReader, request: Extract<LiveRequest, { type: 'subscribe' }>): Promise<void> {
    const subscription = {
      // What is asked for in vain now may be permitted later, and then comes.
      patients: request.patients ? new Set(request.patients) : ('all' as const),
      readings: request.readings ?? true,
      alarms: request.alarms ?? true,
      waveforms: new Set(request.waveforms ?? []),
    }
    await this.#tell('changed', subscription)
    reader.subscription = subscription
    if (request.patients && !request.patients.every((patient) => mayKnow(reader.permit, patient))) {
      this.#say({ type: 'refused', reason: 'some of the patients asked for cannot be seen by you' })
    }
  }

  #say(message: LiveMessage): void {
    const data = encodeMessage(message)
    if (this.#reader) this.#reader.deliver(data)
    else this.#socket.send(data, { binary: false })
  }

  #refuse(reason: string): void {
    this.#say({ type: 'refused', reason })
    if (this.#reader) this.#reader.close(closeCodes.notSignedIn, reason)
    else this.#socket.close(closeCodes.notSignedIn, reason)
    this.end()
  }
}

/** Patients of whom more, less or other is seen than before. Those that neither permit names have no entry of their own. */
function* differing(before: Permit, after: Permit): Generator<string> {
  if (before === after) return
  const groups = [...before.filter.named, ...after.filter.named]
  for (const patient of new Set(groups.flatMap(({ patients }) => patients))) {
    if (JSON.stringify(before.scopeOf(patient)) !== JSON.stringify(after.scopeOf(patient))) yield patient
  }
}
