/** The trail as a file, RFC 4180. */
import type { AuditView } from '../contract.ts'

const columns: readonly (readonly [string, (view: AuditView) => string])[] = [
  ['time', ({ at }) => at],
  ['who', ({ who }) => who?.name ?? ''],
  ['reference', ({ who }) => who?.reference ?? ''],
  ['role', ({ who }) => who?.roles.join(' ') ?? ''],
  ['app', ({ app }) => app ?? ''],
  ['kind', ({ kind }) => kind],
  ['action', ({ action }) => action],
  ['outcome', ({ outcome }) => outcome],
  ['purpose', ({ purpose }) => purpose],
  ['patients', ({ patients }) => patients.map(({ name }) => name).join('; ')],
  ['what', ({ what }) => what.join('; ')],
  ['query', ({ query }) => query ?? ''],
  ['address', ({ address }) => address ?? ''],
  ['reason', ({ reason }) => reason ?? ''],
  ['id', ({ id }) => id],
]

/** A spreadsheet takes what begins so for a formula. */
const formula = /^[=+\-@\t\r]/
const cell = (text: string): string => `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

export const csvTitle = `${columns.map(([name]) => name).join(',')}\r\n`
export const csvLine = (view: AuditView): string =>
  `${columns.map(([, value]) => cell(value(view))).join(',')}\r\n`
