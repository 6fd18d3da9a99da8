/** A decision by one of the forms as FHIR Consent, and back: everything the page shows is in the resource itself. */
import type { Consent, ConsentProvision, ConsentProvisionActor } from '@medplum/fhirtypes'
import { type DataClass, isDataClass } from '../../kernel/data-class.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import { type ConsentChoice, type ConsentView, consentSystems, type PartyView } from '../contract.ts'
import type { ConsentForm } from './form.ts'
import { consentForms, newestWording, wordingOf } from './index.ts'

export interface Decider {
  /** `Patient/…` or `RelatedPerson/…` */
  readonly reference: string
  readonly name: string
}

const formSystem = 'urn:vitalwire:consent-form'
const terms = 'http://terminology.hl7.org/CodeSystem'

export function consentOf(
  form: ConsentForm,
  patient: string,
  choice: ConsentChoice,
  by: Decider,
  who: PartyView | undefined,
  now: Micros,
): Consent {
  const wording = wordingOf(newestWording(form), choice.language)
  const exception: ConsentProvision = {
    type: form.ruling,
    ...(who ? { actor: [actorOf(who)] } : {}),
    ...(form.purposes
      ? { purpose: form.purposes.map((code) => ({ system: `${terms}/v3-ActReason`, code })) }
      : {}),
    ...(choice.classes
      ? { class: choice.classes.map((code) => ({ system: consentSystems.dataClass, code })) }
      : {}),
    ...(choice.until ? { period: { end: choice.until } } : {}),
  }
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: `${terms}/consentscope`, code: form.category }] },
    category: [
      {
        coding: [{ system: `${terms}/v3-ActCode`, code: form.category === 'research' ? 'RESEARCH' : 'INFA' }],
      },
    ],
    identifier: [
      { system: formSystem, value: `${form.id}|${newestWording(form).version}|${wording.language}` },
    ],
    patient: { reference: `Patient/${patient}` },
    dateTime: isoFromMicros(now),
    performer: [{ reference: by.reference, display: by.name }],
    // The very text that was read, so that it can be shown and proven later.
    sourceAttachment: {
      contentType: 'text/plain; charset=utf-8',
      language: wording.language,
      title: wording.title,
      data: Buffer.from(`${wording.text}\n\n${wording.effect}\n`).toString('base64'),
      creation: isoFromMicros(now),
    },
    // A rule without effect of its own: all that is decided stands in the exception.
    policy: [{ uri: `${formSystem}/${form.id}` }],
    provision: { provision: [exception] },
  }
}

function actorOf({ id, kind, name }: PartyView): ConsentProvisionActor {
  const role = { coding: [{ system: `${terms}/v3-ParticipationType`, code: 'IRCP' }] }
  if (kind === 'person' || id.includes('/')) return { role, reference: { reference: id, display: name } }
  const system = kind === 'app' ? consentSystems.app : consentSystems.standing
  return { role, reference: { identifier: { system, value: id }, display: name } }
}

export function viewOfConsent(consent: Consent, language: string, now: Micros): ConsentView {
  const [formId = '', version = null] =
    consent.identifier?.find(({ system }) => system === formSystem)?.value?.split('|') ?? []
  const provision = consent.provision?.provision?.[0] ?? consent.provision ?? {}
  const until = provision.period?.end ?? null
  const ended = until !== null && Date.parse(until) * 1_000 + dayUs <= now
  const attachment = consent.sourceAttachment
  const text = attachment?.data ? Buffer.from(attachment.data, 'base64').toString() : ''
  const classes = provision.class?.map(({ code = '' }) => code).filter(isDataClass) as DataClass[] | undefined
  return {
    id: consent.id ?? '',
    form: formId === '' ? null : formId,
    title: attachment?.title ?? consent.category[0]?.text ?? consent.category[0]?.coding?.[0]?.display ?? '',
    effect: text.split('\n\n')[1]?.trim() ?? '',
    status: consent.status !== 'active' ? 'withdrawn' : ended ? 'ended' : 'active',
    givenAt: consent.dateTime ?? consent.meta?.lastUpdated ?? '',
    givenBy: consent.performer?.[0]?.display ?? consent.performer?.[0]?.reference ?? '',
    withdrawnAt: consent.status === 'active' ? null : (consent.meta?.lastUpdated ?? null),
    who: provision.actor?.[0]?.reference.display ?? provision.actor?.[0]?.reference.reference ?? null,
    classes: classes && classes.length > 0 ? classes : 'all',
    until,
    version,
    ...localised(formId, version, language),
  }
}

const dayUs = 86_400_000_000

/** The words of the version that was signed, in the language of who reads now. */
function localised(
  formId: string,
  version: string | null,
  language: string,
): { title?: string; effect?: string } {
  const signed = consentForms.find(({ id }) => id === formId)?.versions.find((one) => one.version === version)
  if (!signed) return {}
  const { title, effect } = wordingOf(signed, language)
  return { title, effect }
}
