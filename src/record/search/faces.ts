/**
 * One sorted, paged result from documents and a face. Both deliver in the same order; the page is merged from the parts
 * of both that can fall into it.
 */
import type { SortRule } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { compareKeys, type SortKey } from './sort.ts'

export interface Sorted {
  readonly keys: readonly SortKey[]
  readonly resource: Resource
}
/** Anything that has matches in the order asked for. */
export interface SortedSource {
  page(page: { readonly skip: number; readonly limit: number }): Promise<readonly Sorted[]>
  count(): Promise<number>
}

/**
 * The entries [offset, offset + limit) of the merged order.
 * An entry of one source at place i has at most i + n places before it, n being the size of the other: so everything
 * before place offset - n can be passed over unread.
 */
export async function mergedPage(
  sources: readonly [SortedSource, SortedSource],
  order: readonly SortRule[],
  page: {
    readonly offset: number
    readonly limit: number
    /** False: the offset is small, and reading it costs less than counting. */
    readonly counted?: boolean
  },
): Promise<Sorted[]> {
  const [a, b] = sources
  const { offset, limit, counted = true } = page
  const counts =
    offset === 0 ? [0, 0] : counted ? await Promise.all([a.count(), b.count()]) : [offset, offset]
  const skipA = Math.max(0, offset - (counts[1] ?? 0))
  const skipB = Math.max(0, offset - (counts[0] ?? 0))
  const [left, right] = await Promise.all([
    a.page({ skip: skipA, limit: offset + limit - skipA }),
    b.page({ skip: skipB, limit: offset + limit - skipB }),
  ])
  return merge(left, right, order).slice(offset - skipA - skipB, offset - skipA - skipB + limit)
}

function merge(left: readonly Sorted[], right: readonly Sorted[], order: readonly SortRule[]): Sorted[] {
  const merged: Sorted[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]]
    if (a && (!b || compareKeys(a.keys, b.keys, order) <= 0)) {
      merged.push(a)
      i++
    } else if (b) {
      merged.push(b)
      j++
    }
  }
  return merged
}
