import type { SearchRequest, WithId } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import type { DataOf } from '../kernel/patient-filter.ts'
import { type Permit, systemPermit } from '../kernel/permit.ts'
import type { Transaction } from '../platform/postgres/database.ts'

export type Interaction = 'create' | 'read' | 'update' | 'delete' | 'search'

/** What the caller may do: compiled once a request, applied in SQL, never after the fetch. */
export interface RecordAccess extends Permit {
  allows(resourceType: string, interaction: Interaction): boolean
}

export const systemAccess: RecordAccess = { ...systemPermit, allows: () => true }

/** Says of a resource, before it is stored, which kind of data it is and how sensitive. */
export type Classify = (resource: Resource) => DataOf
/** What an answer of the REST interface held, for whoever keeps the trail of it. */
export interface RecordGiven {
  readonly interaction: 'read' | 'history' | 'search' | 'operation' | 'update'
  readonly patients: readonly string[]
  /** `Type/id`, `Type/id/_history/2`, or the type that was searched. */
  readonly what: readonly string[]
  /** Of a search: as it was sent. */
  readonly query?: string
  /** Asked for and kept hidden. */
  readonly refused: boolean
}

/** A version as it was written, told of within the transaction that writes it. */
export interface WrittenVersion {
  readonly resourceType: string
  readonly id: string
  readonly version: number
  readonly interaction: 'create' | 'update' | 'delete'
  /** Whose it is, and whose it was before. */
  readonly patients: readonly string[]
  readonly stored: StoredText
}

/** A version as it lies in the database. */
export interface StoredText {
  readonly atUs: number
  /** Whose it is now. */
  readonly patients: readonly string[]
  /** The stored text, byte for byte; of a deletion its own canonical text. */
  readonly content: string
}

/** A throw undoes the transaction. */
export type VersionListener = (
  tx: Transaction,
  versions: readonly WrittenVersion[],
  access: RecordAccess,
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
