/** Resources of some types as facts in memory, kept as the record changes: decisions are made without asking the database. */
import type { SearchRequest, WithId } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import type { Bus } from '../platform/bus.ts'
import type { Log } from '../platform/log.ts'
import { type RecordChange, type RecordRepository, recordChanged } from '../record/index.ts'

export interface StandingResourcesDeps {
  /** The system's own. */
  readonly repository: RecordRepository
  readonly bus: Bus
  readonly log: Log
}

export interface FactsOf {
  readonly searches: readonly SearchRequest[]
  take(resource: WithId<Resource>): void
  drop(resourceType: string, id: string): void
  /** After each change that was taken. */
  changed(): void
}

const pageSize = 500

/** Resolves once everything there is was taken; the answer stops listening. */
export async function followResources(deps: StandingResourcesDeps, facts: FactsOf): Promise<() => void> {
  const { repository, bus, log } = deps
  const types = new Set<string>(facts.searches.map(({ resourceType }) => resourceType))
  const refresh = async ({ resourceType, id, interaction }: RecordChange): Promise<void> => {
    if (!types.has(resourceType)) return
    if (interaction === 'delete') facts.drop(resourceType, id)
    else facts.take(await repository.readResource(resourceType, id))
    facts.changed()
  }
  // Changes of one resource that follow each other closely are read in their order, so that the last one stays.
  let queue: Promise<void> = Promise.resolve()
  const stop = bus.subscribe(recordChanged, (change) => {
    queue = queue
      .then(() => refresh(change))
      .catch((error: Error) => {
        log.error(
          { resource: `${change.resourceType}/${change.id}`, error: error.message },
          'who may see what could not follow this change; it is dropped from the facts',
        )
        facts.drop(change.resourceType, change.id)
        facts.changed()
      })
    return queue
  })
  for (const search of facts.searches) {
    for (let offset = 0; ; offset += pageSize) {
      const page = await repository.searchResources({
        ...search,
        count: pageSize,
        offset,
        sortRules: [{ code: '_id' }],
      })
      for (const resource of page) facts.take(resource)
      if (page.length < pageSize) break
    }
  }
  return stop
}
