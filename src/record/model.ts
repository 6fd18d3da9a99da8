import type { SearchRequest, WithId } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import type { Transaction } from '../platform/postgres/database.ts'

export type Interaction = 'create' | 'read' | 'update' | 'delete' | 'search'

/** What the caller may do: compiled once a request, applied in SQL, never after the fetch. */
export interface RecordAccess {
  /** Who acts, as a reference: `Practitioner/…`, `Patient/…`, `Device/…`, `ClientApplication/…`, `system`. */
  readonly actor: string
  /** Only resources in these patients' compartments (and none that belong to no patient, unless shared); or all. */
  readonly patients: 'all' | readonly string[]
  allows(resourceType: string, interaction: Interaction): boolean
}

export const systemAccess: RecordAccess = { actor: 'system', patients: 'all', allows: () => true }

/** One version as it was written: what others keep a proof or an account of. */
export interface WrittenVersion {
  readonly resourceType: string
  readonly id: string
  readonly version: number
  readonly lastUpdatedUs: number
  readonly patients: readonly string[]
  /** As it is stored, byte for byte; of a deletion its own canonical text. */
  readonly text: string
  readonly interaction: 'create' | 'update' | 'delete'
}

/** Called once within a transaction, before its end, with all that it wrote; what it throws undoes them. */
export type VersionsListener = (
  tx: Transaction,
  access: RecordAccess,
  versions: readonly WrittenVersion[],
) => Promise<void>

/**
 * Resources that are not kept as documents but drawn on read (telemetry as Observations). The record merges them into
 * one sorted, paged search result with its own documents.
 */
export interface ResourceFace {
  readonly resourceType: Resource['resourceType']
  /** Whether an id is one of this face's; decided from its form alone. */
  owns(id: string): boolean
  read(id: string, access: RecordAccess): Promise<WithId<Resource> | undefined>
  /** All versions, newest first. */
  history(id: string, access: RecordAccess): Promise<readonly WithId<Resource>[]>
  /**
   * The first `limit` matches after `skip` in the request's sort order (default: newest effective first), each with the
   * value the record needs to merge. A request the face cannot answer exactly gives no matches from filters it cannot
   * apply, never matches that ignore a filter.
   */
  search(
    request: SearchRequest,
    access: RecordAccess,
    page: { skip: number; limit: number },
  ): Promise<FacePage>
  /**
   * Changes what is drawn, where that can be: undefined where this change cannot. Only by itself, never in a transaction
   * with documents. The caller may see the resource and update its type.
   */
  update?(resource: Resource, access: RecordAccess): Promise<WithId<Resource> | undefined>
  /** Exact number of matches. */
  count(request: SearchRequest, access: RecordAccess): Promise<number>
}

export interface FacePage {
  readonly resources: readonly WithId<Resource>[]
}
