/**
 * Where a page ended. A next page that only counted would show rows twice or leave some out while new ones arrive above
 * it, and in telemetry they always do: so `next` names the last row's place in the order.
 */
import type { Filter, SearchRequest, SortRule } from '@medplum/core'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { SearchParams } from '../definitions/search-parameters.ts'
import { invalid } from '../outcomes.ts'
import { orderOf, type SortKey } from './sort.ts'

export interface Cursor {
  /** The last row's sort key, µs; null: the rest has none. */
  readonly key: number | null
  /** Rows with this key that have been shown. */
  readonly shown: number
}

/** The one rule of an order that a cursor can name; undefined where pages are counted. */
export function cursorRule(request: SearchRequest, params: SearchParams): SortRule | undefined {
  const [rule, second] = orderOf(request)
  if (!rule || second) return undefined
  const timed = rule.code === '_lastUpdated' || params.get(request.resourceType, rule.code)?.kind === 'date'
  return timed ? rule : undefined
}

/** @throws OperationOutcomeError 400 */
export function cursorOf(request: SearchRequest, params: SearchParams): Cursor | undefined {
  if (request.cursor === undefined) return undefined
  const [, key, shown] = /^(-?\d{1,17}|none)\.(\d{1,7})$/.exec(request.cursor) ?? []
  if (key === undefined || !cursorRule(request, params)) {
    throw invalid('_cursor is not one of ours for this search; follow the links of a result.')
  }
  return { key: key === 'none' ? null : Number(key), shown: Number(shown) }
}

/** What the next link says after this page. */
export function cursorAfter(keys: readonly SortKey[], before: Cursor | undefined): string | undefined {
  const last = keys.at(-1)
  if (typeof last !== 'number' && last !== null) return undefined
  const same = keys.filter((key) => key === last).length
  const shown = before && before.key === last ? before.shown + same : same
  return `${last ?? 'none'}.${shown}`
}

/** Rows at and behind a cursor, of a face. By where a row begins, for a time may also be known only roughly. */
export const cursorFilter = ({ code, descending }: SortRule, key: number): Filter =>
  descending
    ? { code, operator: 'eb', value: isoFromMicros((key + 1) as Micros) }
    : { code, operator: 'sa', value: isoFromMicros((key - 1) as Micros) }
