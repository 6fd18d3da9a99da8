/** The text of search values: separators, escapes, prefixes. https://hl7.org/fhir/R4/search.html#escaping */
import type { Filter } from '@medplum/core'

export const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const
export type Prefix = (typeof prefixes)[number]
const isPrefix = (text: string): text is Prefix => (prefixes as readonly string[]).includes(text)

/** Splits at `separator` where no backslash stands before it; the parts keep their escapes. */
export function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = []
  let part = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && i + 1 < text.length) part += text[i] + (text[++i] ?? '')
    else if (text[i] === separator) {
      parts.push(part)
      part = ''
    } else part += text[i]
  }
  parts.push(part)
  return parts
}

export const unescaped = (text: string): string => text.replace(/\\([,$|\\])/g, '$1')

/** The alternatives of a value: `a,b`. Empty ones say nothing. */
export const alternatives = (value: string): string[] =>
  splitUnescaped(value, ',').filter((part) => part !== '')

/** `ge2024` → `ge`, `2024`. A value of an ordered kind begins with a digit or sign where it has no prefix. */
export function splitPrefix(value: string): { readonly prefix: Prefix; readonly rest: string } {
  const prefix = value.slice(0, 2)
  return isPrefix(prefix) ? { prefix, rest: value.slice(2) } : { prefix: 'eq', rest: value }
}

/** The alternatives of an ordered filter; the library keeps the first one's prefix as the operator. */
export function orderedAlternatives(filter: Filter): { readonly prefix: Prefix; readonly rest: string }[] {
  return alternatives(filter.value).map((value, position) => {
    const own = splitPrefix(value)
    return position === 0 && isPrefix(filter.operator) && own.prefix === 'eq'
      ? { prefix: filter.operator, rest: own.rest }
      : own
  })
}
