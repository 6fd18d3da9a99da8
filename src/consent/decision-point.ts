/**
 * The one place that is asked who may see what: REST, search, operations, live socket, telemetry, exports and pages take the
 * permit that it gives, and nothing else can make one. Everything it needs lies in memory, kept from the record; whoever
 * holds a permit for longer than a request listens for `onChanged` and asks again.
 */
import type { Actor } from '../identity/index.ts'
import { noOne, type Scope } from '../kernel/patient-filter.ts'
import { grantPermit, type Permit } from '../kernel/permit.ts'
import type { Micros } from '../kernel/time.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { RecordRepository } from '../record/index.ts'
import { type BrokenGlass, type BrokenGlassRegister, noBrokenGlass } from './break-glass/register.ts'
import { type ConsentRegister, createConsentRegister } from './consents/register.ts'
import { decide } from './decide.ts'
import type { Policy, Provision, Related } from './model.ts'
import { policies as shipped } from './policies/index.ts'
import { createRelations } from './relations/relations.ts'
import { subjectOf } from './subject.ts'

export interface DecisionPoint {
  /** What the actor may see now. Cheap: the same permit until something changes. */
  permitOf(actor: Actor): Permit
  /** Decisions may differ from now on: a consent, a treatment relation, a broken glass, or the time of one. */
  onChanged(listener: () => void): () => void
  /** The same decision without asking for anyone's record: which glass the actor has broken. */
  brokenGlassOf(actor: Actor): readonly BrokenGlass[]
  /** What each of these would see of the patient if one more decision were in force. */
  ifDecided(patient: string, provision: Provision, actors: readonly Actor[]): readonly Outlook[]
  readonly consents: ConsentRegister
  close(): void
}

export interface Outlook {
  readonly actor: Actor
  readonly before: Scope
  readonly after: Scope
}

export interface DecisionPointDeps {
  readonly repository: RecordRepository
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly brokenGlass?: BrokenGlassRegister
  readonly policies?: readonly Policy[]
}

const longestWaitMs = 3_600_000
const mostKept = 5_000

export async function createDecisionPoint(deps: DecisionPointDeps): Promise<DecisionPoint> {
  const { clock, policies = shipped, brokenGlass = noBrokenGlass } = deps
  const listeners = new Set<() => void>()
  const kept = new Map<string, Permit>()
  let cancel: (() => void) | undefined

  const changed = (): void => {
    kept.clear()
    for (const listener of listeners) listener()
    waitForNext()
  }
  const relations = await createRelations({ ...deps, clock }, () => changed())
  const consents = await createConsentRegister(deps, () => changed())
  const stopGlass = brokenGlass.onChanged(() => changed())

  /** Decisions that begin or end by time alone. */
  function waitForNext(): void {
    cancel?.()
    const now = clock.now()
    const times = [consents.nextBoundary(now), brokenGlass.nextEnd(now), relations.nextEnd(now)]
    const next = Math.min(...times.filter((time) => time !== undefined), now + longestWaitMs * 1_000)
    cancel = clock.after(Math.max(1, Math.ceil((next - now) / 1_000)), changed)
  }
  waitForNext()

  function decided(actor: Actor, provisions = consents.provisions()): Permit {
    const now = clock.now()
    const asking = subjectOf(actor, relations)
    if (!asking) return nobody(actor)
    const { subject, treatment } = asking
    const broken = new Set(brokenGlass.of(subject.reference, now).map(({ patient }) => patient))
    const related: Related = {
      own: new Set(subject.own),
      proxied: new Set(subject.proxied),
      'care-team': treatment.careTeam,
      ward: treatment.ward,
      'broken-glass': broken,
    }
    const filter = decide(subject, { policies, related, provisions, now })
    const forPatients = subject.standings.includes('patient') || subject.standings.includes('proxy')
    return grantPermit({
      actor: subject.reference,
      purpose: subject.purpose,
      filter,
      seesUnassigned: !forPatients,
      emergencies: broken,
    })
  }

  return {
    permitOf(actor) {
      const key = keyOf(actor)
      const before = kept.get(key)
      if (before) return before
      if (kept.size >= mostKept) kept.clear()
      const permit = decided(actor)
      kept.set(key, permit)
      return permit
    },
    onChanged(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    brokenGlassOf: (actor) =>
      actor.kind === 'person' ? brokenGlass.of(actor.fhirUser, clock.now() as Micros) : [],
    ifDecided(patient, provision, actors) {
      const provisions = consents.provisions()
      const more = new Map(provisions).set(patient, [...(provisions.get(patient) ?? []), provision])
      return actors.map((actor) => ({
        actor,
        before: decided(actor, provisions).scopeOf(patient),
        after: decided(actor, more).scopeOf(patient),
      }))
    },
    consents,
    close() {
      cancel?.()
      stopGlass()
      relations.close()
      consents.close()
    },
  }
}

const nobody = (actor: Actor): Permit =>
  grantPermit({
    actor: actor.kind === 'device' ? `Device/${actor.id}` : actor.id,
    purpose: 'HOPERAT',
    filter: noOne,
    seesUnassigned: actor.kind !== 'device',
  })

const keyOf = (actor: Actor): string =>
  actor.kind === 'person'
    ? JSON.stringify([actor.fhirUser, actor.patient, actor.roles, actor.app, actor.proxyFor])
    : JSON.stringify([actor.kind, actor.id, actor.kind === 'app' ? actor.purpose : null])
