import { problems } from '../problems.ts'
import type { ConsentForm, WordingVersion } from './form.ts'
import { keepFrom } from './keep-from.ts'
import { research } from './research.ts'
import { restriction } from './restriction.ts'
import { share } from './share.ts'

export type { ConsentForm } from './form.ts'

export const consentForms: readonly ConsentForm[] = [research, ...share, ...keepFrom, restriction]

/** @throws ProblemError 400 */
export function formOf(id: string): ConsentForm {
  const form = consentForms.find((one) => one.id === id)
  if (!form) throw problems.unknownForm(id)
  return form
}

export const newestWording = ({ versions }: ConsentForm): WordingVersion => versions.at(-1)!

/** In the language asked for (`de-AT` is `de`), or in English. */
export function wordingOf(version: WordingVersion, language: string) {
  const wanted = language.slice(0, 2).toLowerCase()
  const known = wanted === 'de' || wanted === 'ar' ? wanted : 'en'
  return { language: known, ...version.languages[known] }
}
