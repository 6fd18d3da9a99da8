/** The one who asks, as decisions see them. */
import { type Actor, actorReference, standsForPatients } from '../identity/index.ts'
import type { PurposeOfUse } from '../kernel/purpose.ts'
import { consentSystems } from './contract.ts'
import type { Standing, Subject } from './model.ts'
import { type Relations, type Treatment, treatsNobody } from './relations/relations.ts'

const purposeOf: Readonly<Record<Standing, PurposeOfUse>> = {
  patient: 'PATRQT',
  proxy: 'FAMRQT',
  nurse: 'TREAT',
  physician: 'TREAT',
  privacy: 'HOPERAT',
  biomed: 'HSYSADMIN',
  admin: 'HSYSADMIN',
  app: 'HOPERAT',
}
/** Of several roles, the one whose work is nearest to patients says why they ask. */
const nearest: readonly Standing[] = ['physician', 'nurse', 'privacy', 'biomed', 'admin']

export interface SubjectAndTreatment {
  readonly subject: Subject
  readonly treatment: Treatment
}

/** Undefined: who may never see data of patients. */
export function subjectOf(actor: Actor, relations: Relations): SubjectAndTreatment | undefined {
  if (actor.kind === 'device') return undefined
  const reference = actorReference(actor)
  if (actor.kind === 'app') {
    const { purpose = purposeOf.app } = actor
    return of({ reference, standings: ['app'], purpose, apps: [actor.id] })
  }
  const apps = actor.app === undefined ? [] : [actor.app]
  const proxied = actor.proxyFor ?? []
  if (standsForPatients(actor)) {
    const own = actor.patient === undefined ? [] : [actor.patient]
    // Who has a record of their own and stands for another is both; why they ask is one of the two.
    const isProxy = proxied.length > 0
    const standings: Standing[] = [
      ...(own.length > 0 || !isProxy ? (['patient'] as const) : []),
      ...(isProxy ? (['proxy'] as const) : []),
    ]
    const purpose = purposeOf[standings[0]!]
    return of({ reference, standings, purpose, apps, own, proxied })
  }
  const standings = nearest.filter((standing) => (actor.roles as readonly Standing[]).includes(standing))
  const [first] = standings
  if (!first) return undefined
  const treatment = first === 'nurse' || first === 'physician' ? relations.treatment(reference) : treatsNobody
  return of({ reference, standings, purpose: purposeOf[first], apps }, treatment)
}

interface Plain {
  readonly reference: string
  readonly standings: readonly Standing[]
  readonly purpose: PurposeOfUse
  readonly apps: readonly string[]
  readonly own?: readonly string[]
  readonly proxied?: readonly string[]
}

function of(plain: Plain, treatment: Treatment = treatsNobody): SubjectAndTreatment {
  const { reference, standings, purpose, apps, own = [], proxied = [] } = plain
  const names = new Set([
    reference,
    ...treatment.names,
    ...standings.map((standing) => `${consentSystems.standing}|${standing}`),
    ...apps.map((id) => `${consentSystems.app}|${id}`),
  ])
  return { subject: { reference, standings, purpose, names, own, proxied }, treatment }
}
