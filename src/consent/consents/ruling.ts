/** What a patient's decisions say about one kind of data, one subject and one moment: pure. */
import type { DataClass, SensitivityLabel } from '../../kernel/data-class.ts'
import type { Micros } from '../../kernel/time.ts'
import type { Provision, Ruling, Subject } from '../model.ts'

export interface Question {
  readonly subject: Pick<Subject, 'names' | 'purpose'>
  readonly dataClass: DataClass
  readonly labels: readonly SensitivityLabel[]
  readonly now: Micros
}

export interface Answer {
  readonly ruling: Ruling
  /** Whether a provision on the way to it names the subject. */
  readonly named: boolean
}

/** One that denies outweighs all that permit; undefined: none says anything. */
export function rulingOf(provisions: readonly Provision[], question: Question): Answer | undefined {
  return strongest(provisions.map((one) => answerOf(one, question, false)))
}

function answerOf(provision: Provision, question: Question, namedBefore: boolean): Answer | undefined {
  if (!applies(provision, question)) return undefined
  const named = namedBefore || provision.actors !== undefined
  const exception = strongest((provision.provisions ?? []).map((one) => answerOf(one, question, named)))
  if (exception) return exception
  return provision.type && { ruling: provision.type, named }
}

function strongest(answers: readonly (Answer | undefined)[]): Answer | undefined {
  const given = answers.filter((one) => one !== undefined)
  return given.find(({ ruling }) => ruling === 'deny') ?? given.find(({ named }) => named) ?? given[0]
}

function applies(provision: Provision, { subject, dataClass, labels, now }: Question): boolean {
  const { period, actors, purposes, classes } = provision
  if (period?.start !== undefined && now < period.start) return false
  if (period?.end !== undefined && now >= period.end) return false
  if (actors && !actors.some((actor) => subject.names.has(actor))) return false
  if (purposes && !purposes.includes(subject.purpose)) return false
  if (classes && !classes.includes(dataClass)) return false
  return provision.labels === undefined || labelsApply(provision.type, provision.labels, labels)
}

/**
 * A denial that names labels is about rows that carry one of them; a permission that names labels reaches up to them: rows
 * without a label, or with these alone.
 */
const labelsApply = (
  type: Ruling | undefined,
  named: readonly SensitivityLabel[],
  labels: readonly SensitivityLabel[],
): boolean =>
  type === 'permit'
    ? labels.every((label) => named.includes(label))
    : labels.some((label) => named.includes(label))

/** When next an answer may change by time alone. */
export function nextBoundary(provisions: readonly Provision[], now: Micros): Micros | undefined {
  let next: Micros | undefined
  for (const { period, provisions: inner = [] } of provisions) {
    const times = [period?.start, period?.end, nextBoundary(inner, now)]
    for (const time of times) {
      if (time !== undefined && time > now && (next === undefined || time < next)) next = time
    }
  }
  return next
}
