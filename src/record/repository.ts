/** The repository of one caller: the library's interface over PostgreSQL. Made for each request. */
import {
  allOk,
  created,
  normalizeOperationOutcome,
  type Operation,
  OperationOutcomeError,
  type SearchRequest,
  type WithId,
} from '@medplum/core'
import {
  type CreateResourceOptions,
  type DeleteResourceOptions,
  FhirRepository,
  type ReadHistoryOptions,
  type UpdateResourceOptions,
} from '@medplum/fhir-router'
import type { Bundle, OperationOutcome, Parameters, Reference, Resource } from '@medplum/fhirtypes'
import type { Queryable, Transaction } from '../platform/postgres/database.ts'
import { isVisible, requireAllowed } from './access.ts'
import { type RecordChange, recordChanged } from './contract.ts'
import { historyBundle } from './history.ts'
import { referenceTarget } from './indexing/values.ts'
import type { RecordAccess, WrittenVersion } from './model.ts'
import { goneResource, invalid, multipleMatches, unknownResource } from './outcomes.ts'
import { queryOf } from './search/bundle.ts'
import { type SearchContext, searchBundle, searchMatches } from './search/search.ts'
import { currentVersion, currentVersions, lockKey, oneVersion } from './store/documents.ts'
import type { RecordWorld } from './world.ts'
import {
  createVersion,
  deleteVersion,
  patchVersion,
  updateDrawn,
  updateVersion,
  type WriteContext,
  type Written,
} from './writing.ts'

export interface RepositoryOptions {
  /** Where the record is reached, `https://host/fhir/R4/`; references to it are its own. */
  readonly baseUrl: string
  /** `Prefer: handling=strict` */
  readonly strict: boolean
}

interface OpenTransaction {
  readonly tx: Transaction
  readonly changes: RecordChange[]
  readonly versions: WrittenVersion[]
}

/** Transactions that PostgreSQL broke to end a deadlock or a conflict are run again, this often. */
const maxAttempts = 4
const worthAnotherTry: ReadonlySet<unknown> = new Set(['40001', '40P01'])

export class RecordRepository extends FhirRepository {
  readonly world: RecordWorld
  readonly access: RecordAccess
  readonly options: RepositoryOptions
  readonly #open: OpenTransaction | undefined

  constructor(world: RecordWorld, access: RecordAccess, options: RepositoryOptions, open?: OpenTransaction) {
    super()
    this.world = world
    this.access = access
    this.options = options
    this.#open = open
  }

  override setMode(): void {}

  override generateId(): string {
    return this.world.random.uuid()
  }

  /** The transaction it is in, or the pool. */
  get db(): Queryable {
    return this.#open?.tx ?? this.world.db
  }

  get #searchContext(): SearchContext {
    return { world: this.world, access: this.access, db: this.db, baseUrl: this.options.baseUrl }
  }

  /** Everything in `work` is written, or nothing is. Inside one already, it is part of that. */
  override async withTransaction<TResult>(work: (repo: this) => Promise<TResult>): Promise<TResult> {
    if (this.#open) return work(this)
    for (let attempt = 1; ; attempt++) {
      const changes: RecordChange[] = []
      try {
        const result = await this.world.db.transaction(async (tx) => {
          const versions: WrittenVersion[] = []
          const open = { tx, changes, versions }
          const done = await work(new RecordRepository(this.world, this.access, this.options, open) as this)
          if (versions.length > 0) await this.world.onVersions?.(tx, versions, this.access)
          return done
        })
        for (const change of changes) await this.world.bus.publish(recordChanged, change)
        return result
      } catch (error) {
        if (attempt >= maxAttempts || !worthAnotherTry.has((error as { code?: unknown }).code)) throw error
      }
    }
  }

  #write<T>(work: (context: WriteContext) => Promise<T>): Promise<T> {
    return this.withTransaction(async (repo) => {
      const open = repo.#open
      if (!open) throw new Error('a write outside of a transaction')
      return work({ world: this.world, access: this.access, ...open })
    })
  }

  /** A client's id is not taken unless `assignedId` says that it is the server's. */
  override async createResource<T extends Resource>(
    resource: T,
    options?: CreateResourceOptions,
  ): Promise<WithId<T>> {
    const id = options?.assignedId && resource.id !== undefined ? resource.id : this.generateId()
    return (await this.#write((context) => createVersion(context, resource, id))).resource as WithId<T>
  }

  override async updateResource<T extends Resource>(
    resource: T,
    options?: UpdateResourceOptions,
  ): Promise<WithId<T>> {
    return (await this.upsert(resource, options)).resource as WithId<T>
  }

  /** As `updateResource`, and says whether there was none before. */
  upsert(resource: Resource, options?: UpdateResourceOptions): Promise<Written> {
    const face = this.world.faces.get(resource.resourceType)
    if (face?.update && !this.#open && resource.id !== undefined && face.owns(resource.id)) {
      return updateDrawn(face, this.access, { ...resource, id: resource.id }, options?.ifMatch)
    }
    return this.#write((context) => updateVersion(context, resource, options?.ifMatch))
  }

  override async patchResource<T extends Resource>(
    resourceType: T['resourceType'],
    id: string,
    patch: Operation[] | Parameters,
    options?: UpdateResourceOptions,
  ): Promise<WithId<T>> {
    const { resource } = await this.#write((context) =>
      patchVersion(context, resourceType, id, patch, options?.ifMatch),
    )
    return resource as WithId<T>
  }

  override deleteResource(resourceType: string, id: string, options?: DeleteResourceOptions): Promise<void> {
    return this.#write((context) => deleteVersion(context, resourceType, id, options?.ifMatch))
  }

  override async readResource<T extends Resource>(resourceType: string, id: string): Promise<WithId<T>> {
    requireAllowed(this.access, resourceType, 'read')
    const face = this.world.faces.get(resourceType)
    if (face?.owns(id)) {
      const drawn = await face.read(id, this.access)
      if (!drawn) throw unknownResource(resourceType, id)
      return drawn as WithId<T>
    }
    const current = await currentVersion(this.db, resourceType, id)
    if (!current || !isVisible(this.access, current)) throw unknownResource(resourceType, id)
    if (!current.content) throw goneResource(resourceType, id)
    return current.content as WithId<T>
  }

  override readReference<T extends Resource>(reference: Reference<T>): Promise<WithId<T>> {
    const target = reference.reference === undefined ? undefined : referenceTarget(reference.reference)
    if (!target || target.targetType === '') throw invalid('This reference cannot be followed here.')
    return this.readResource<T>(target.targetType, target.targetId)
  }

  override readReferences<T extends Resource>(references: readonly Reference<T>[]): Promise<(T | Error)[]> {
    return Promise.all(
      references.map(async (reference) => {
        try {
          return await this.readReference<T>(reference)
        } catch (error) {
          return error instanceof Error ? error : new OperationOutcomeError(normalizeOperationOutcome(error))
        }
      }),
    )
  }

  /** Those that exist and may be seen, in the order asked for. */
  async readMany(
    keys: readonly { readonly resourceType: string; readonly id: string }[],
  ): Promise<WithId<Resource>[]> {
    const ofFace = keys.filter(({ resourceType, id }) => this.world.faces.get(resourceType)?.owns(id))
    const documents = await currentVersions(
      this.db,
      keys.filter((key) => !ofFace.includes(key)),
    )
    const drawn = await Promise.all(
      ofFace.map(({ resourceType, id }) => this.world.faces.get(resourceType)?.read(id, this.access)),
    )
    const visible = documents.filter((document) => isVisible(this.access, document))
    const found = [
      ...visible.map(({ content }) => content as WithId<Resource>),
      ...drawn.filter((one) => one !== undefined),
    ]
    const byKey = new Map(found.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]))
    return keys
      .map(({ resourceType, id }) => byKey.get(`${resourceType}/${id}`))
      .filter((one) => one !== undefined)
  }

  override async readHistory<T extends Resource>(
    resourceType: string,
    id: string,
    options?: ReadHistoryOptions,
  ): Promise<Bundle<WithId<T>>> {
    requireAllowed(this.access, resourceType, 'read')
    const { world, access } = this
    const bundle = await historyBundle(
      { world, access, db: this.db, ...this.options },
      resourceType,
      id,
      options,
    )
    return bundle as Bundle<WithId<T>>
  }

  override async readVersion<T extends Resource>(
    resourceType: string,
    id: string,
    versionId: string,
  ): Promise<WithId<T>> {
    requireAllowed(this.access, resourceType, 'read')
    const face = this.world.faces.get(resourceType)
    if (face?.owns(id)) {
      const versions = await face.history(id, this.access)
      const found = versions.find((version) => version.meta?.versionId === versionId)
      if (!found) throw unknownResource(resourceType, id)
      return found as WithId<T>
    }
    const version = /^\d{1,9}$/.test(versionId)
      ? await oneVersion(this.db, resourceType, id, Number(versionId))
      : undefined
    if (!version || !isVisible(this.access, version))
      throw unknownResource(resourceType, `${id}/_history/${versionId}`)
    if (!version.content) throw goneResource(resourceType, `${id}/_history/${versionId}`)
    return version.content as WithId<T>
  }

  override async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    return (await searchBundle(this.#searchContext, request, this)) as Bundle<WithId<T>>
  }

  /** The matches alone: nothing counted, nothing included. */
  override async searchResources<T extends Resource>(request: SearchRequest<T>): Promise<WithId<T>[]> {
    return (await searchMatches(this.#searchContext, request)).resources as WithId<T>[]
  }

  override async searchByReference<T extends Resource>(
    request: SearchRequest<T>,
    referenceField: string,
    references: string[],
  ): Promise<Record<string, WithId<T>[]>> {
    const pairs = await Promise.all(
      references.map(async (reference) => {
        const filters = [
          ...(request.filters ?? []),
          { code: referenceField, operator: 'eq' as const, value: reference },
        ]
        return [reference, await this.searchResources<T>({ ...request, filters })] as const
      }),
    )
    return Object.fromEntries(pairs)
  }

  override conditionalCreate<T extends Resource>(
    resource: T,
    search: SearchRequest<T>,
    options?: CreateResourceOptions,
  ): Promise<{ resource: WithId<T>; outcome: OperationOutcome }> {
    return this.withTransaction(async (repo) => {
      const match = await repo.soleMatch(search)
      if (match) return { resource: match as WithId<T>, outcome: allOk }
      return { resource: await repo.createResource(resource, options), outcome: created }
    })
  }

  override conditionalUpdate<T extends Resource>(
    resource: T,
    search: SearchRequest,
    options?: CreateResourceOptions & UpdateResourceOptions,
  ): Promise<{ resource: WithId<T>; outcome: OperationOutcome }> {
    return this.withTransaction(async (repo) => {
      const match = await repo.soleMatch(search)
      if (match && resource.id !== undefined && resource.id !== match.id)
        throw invalid(
          'The id of the resource is not that of the one the criteria found.',
          `${resource.resourceType}.id`,
        )
      const id = match?.id ?? resource.id ?? repo.generateId()
      const written = await repo.upsert({ ...resource, id }, options)
      return { resource: written.resource as WithId<T>, outcome: written.created ? created : allOk }
    })
  }

  override conditionalDelete(search: SearchRequest): Promise<void> {
    return this.withTransaction(async (repo) => {
      const match = await repo.soleMatch(search)
      if (match) await repo.deleteResource(match.resourceType, match.id)
    })
  }

  override conditionalPatch(
    search: SearchRequest,
    patch: Operation[],
    options?: UpdateResourceOptions,
  ): Promise<WithId<Resource>> {
    return this.withTransaction(async (repo) => {
      const match = await repo.soleMatch(search)
      if (!match) throw unknownResource(search.resourceType, `?${queryOf(search)}`)
      return repo.patchResource(match.resourceType, match.id, patch, options)
    })
  }

  /**
   * The one resource that the criteria find, or none. Until the transaction ends, others with the same criteria wait.
   * @throws OperationOutcomeError 412 where they find several
   */
  async soleMatch(search: SearchRequest): Promise<WithId<Resource> | undefined> {
    const { resourceType, filters = [] } = search
    if (filters.length === 0) throw invalid('Criteria that restrict nothing are refused.')
    const criteria = { resourceType, filters }
    await lockKey(this.db, `${resourceType}?${queryOf(criteria)}`)
    const [match, other] = await this.searchResources({ ...criteria, count: 2 })
    if (other) throw multipleMatches(`More than one ${resourceType} matches the criteria.`)
    return match
  }
}
