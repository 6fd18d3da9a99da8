/** What patients decide about their data: given by a form, kept as FHIR Consent, withdrawn with one word. */
import { Operator } from '@medplum/core'
import type { Consent } from '@medplum/fhirtypes'
import { type DataClass, dataClasses } from '../../kernel/data-class.ts'
import { type Scope, scopeCovers } from '../../kernel/patient-filter.ts'
import type { Clock } from '../../platform/clock.ts'
import type { RecordRepository } from '../../record/index.ts'
import type { AccessPreview, ConsentChoice, ConsentView } from '../contract.ts'
import type { DecisionPoint } from '../decision-point.ts'
import type { ConsentForm } from '../forms/form.ts'
import { formOf, newestWording } from '../forms/index.ts'
import { consentOf, type Decider, viewOfConsent } from '../forms/to-consent.ts'
import { problems } from '../problems.ts'
import { parseConsent } from './parse.ts'
import type { Parties } from './parties.ts'

export interface Decisions {
  list(patient: string, language: string): Promise<readonly ConsentView[]>
  give(patient: string, choice: ConsentChoice, by: Decider): Promise<ConsentView>
  withdraw(patient: string, id: string, by: Decider, language: string): Promise<ConsentView>
  preview(patient: string, choice: ConsentChoice, by: Decider): Promise<AccessPreview>
}

export interface DecisionsDeps {
  readonly repository: RecordRepository
  readonly decisionPoint: Pick<DecisionPoint, 'ifDecided'>
  readonly parties: Parties
  readonly clock: Clock
}

const mostShown = 200
const all = Object.keys(dataClasses) as DataClass[]

export function createDecisions(deps: DecisionsDeps): Decisions {
  const { repository, clock } = deps
  const view = (consent: Consent, language: string) => viewOfConsent(consent, language, clock.now())

  async function drafted(patient: string, choice: ConsentChoice, by: Decider): Promise<Consent> {
    const form = formOf(choice.form)
    checkChoice(form, choice)
    const who = form.asks.who && (await deps.parties.of(patient)).find(({ id }) => id === choice.who)
    if (form.asks.who && !who) throw problems.invalid('who: choose one of GET …/consents/parties', 'who')
    return consentOf(form, patient, choice, by, who, clock.now())
  }

  return {
    async list(patient, language) {
      const found = await repository.searchResources<Consent>({
        resourceType: 'Consent',
        count: mostShown,
        filters: [{ code: 'patient', operator: Operator.EQUALS, value: `Patient/${patient}` }],
        sortRules: [{ code: '_lastUpdated', descending: true }],
      })
      return found.map((consent) => view(consent, language))
    },

    async give(patient, choice, by) {
      const consent = await repository.createResource(await drafted(patient, choice, by))
      return view(consent, choice.language)
    },

    async withdraw(patient, id, by, language) {
      const consent = await repository.readResource<Consent>('Consent', id).catch(() => undefined)
      if (consent?.status !== 'active' || consent.patient?.reference !== `Patient/${patient}`)
        throw problems.unknownConsent()
      const withdrawn = await repository.updateResource<Consent>(
        {
          ...consent,
          status: 'inactive',
          // Who withdrew stands beside who gave.
          extension: [
            ...(consent.extension ?? []),
            {
              url: 'urn:vitalwire:withdrawn-by',
              valueReference: { reference: by.reference, display: by.name },
            },
          ],
        },
        { ifMatch: consent.meta?.versionId ?? '' },
      )
      return view(withdrawn, language)
    },

    async preview(patient, choice, by) {
      const draft = parseConsent({ ...(await drafted(patient, choice, by)), id: 'draft' })
      if (!draft) throw new Error('a consent made by a form cannot be read back')
      const population = await deps.parties.everyone()
      const outlooks = deps.decisionPoint
        .ifDecided(
          patient,
          draft.provision,
          population.map(({ actor }) => actor),
        )
        .map(({ before, after }, i) => ({
          name: population[i]!.name,
          before: seen(before),
          after: seen(after),
        }))
      const count = (one: DataClass, when: 'before' | 'after') =>
        outlooks.filter((outlook) => outlook[when].includes(one)).length
      return {
        classes: all.map((dataClass) => ({
          dataClass,
          before: count(dataClass, 'before'),
          after: count(dataClass, 'after'),
        })),
        lose: outlooks.flatMap(({ name, before, after }) => difference(name, before, after)),
        gain: outlooks.flatMap(({ name, before, after }) => difference(name, after, before)),
      }
    },
  }
}

const seen = (scope: Scope): DataClass[] =>
  all.filter((dataClass) => scopeCovers(scope, { dataClass, labels: [] }))

function difference(name: string, more: readonly DataClass[], less: readonly DataClass[]) {
  const classes = more.filter((one) => !less.includes(one))
  if (classes.length === 0) return []
  return [{ name, classes: classes.length === all.length ? ('all' as const) : classes }]
}

/** @throws ProblemError 400, 409 */
function checkChoice({ asks, classes, ...form }: ConsentForm, choice: ConsentChoice): void {
  const newest = newestWording({ asks, ...form }).version
  if (choice.version !== newest) throw problems.oldWording(newest)
  const chosen = choice.classes ?? []
  if (asks.classes && chosen.length === 0)
    throw problems.invalid('classes: choose at least one kind of data', 'classes')
  if (!asks.classes && chosen.length > 0)
    throw problems.invalid('classes: this decision is about all data', 'classes')
  const foreign = chosen.find((one) => classes && !classes.includes(one))
  if (foreign) throw problems.invalid(`classes: ${foreign} cannot be chosen here`, 'classes')
  if (asks.until === 'must' && !choice.until) throw problems.invalid('until: name the last day', 'until')
  if (asks.until === 'no' && choice.until) throw problems.invalid('until: this has no end but yours', 'until')
}
