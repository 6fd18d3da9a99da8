/** References of a transaction's entries: placeholders to what they become, criteria to the one they find. */
import type { Resource } from '@medplum/fhirtypes'
import { invalid } from '../outcomes.ts'
import type { RecordRepository } from '../repository.ts'
import type { RequestEntry } from './bundle.ts'
import { criteria } from './request.ts'

const conditional = /^([A-Z][A-Za-z]+)\?(.+)$/

/** @throws OperationOutcomeError 400, 412 */
export async function rewriteReferences(
  repo: RecordRepository,
  entries: readonly RequestEntry[],
  become: ReadonlyMap<string, string>,
): Promise<RequestEntry[]> {
  const found = new Map<string, string>()
  for (const entry of entries) {
    for (const reference of conditionalReferences(entry.resource)) {
      if (!found.has(reference)) found.set(reference, await resolve(repo, reference, entry.place))
    }
  }
  const all = new Map([...become, ...found])
  return entries.map((entry) =>
    entry.resource ? { ...entry, resource: rewritten(entry.resource, all) as Resource } : entry,
  )
}

async function resolve(repo: RecordRepository, reference: string, place: number): Promise<string> {
  const [, resourceType = '', query = ''] = conditional.exec(reference) ?? []
  const match = await repo.soleMatch(criteria(repo, resourceType, query))
  if (match) return `${resourceType}/${match.id}`
  throw invalid(
    `The conditional reference to a ${resourceType} finds nothing.`,
    `Bundle.entry[${place}].resource`,
  )
}

function conditionalReferences(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const item of value) conditionalReferences(item, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'reference' && typeof item === 'string' && conditional.test(item)) found.push(item)
      else conditionalReferences(item, found)
    }
  }
  return found
}

/** References, and elements of type uri, url, oid and uuid that name an entry; links within the narrative too. */
function rewritten(value: unknown, become: ReadonlyMap<string, string>, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, become, key))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, rewritten(item, become, name)]),
    )
  if (typeof value !== 'string') return value
  if (key === 'div')
    return value.replace(/(href|src)="([^"]*)"/g, (link, name, url) =>
      become.has(url) ? `${name}="${become.get(url)}"` : link,
    )
  return isPlaceholder(value, key) ? (become.get(value) ?? value) : value
}

/** A `Type/id` is a placeholder only where a reference stands; a URN or URL wherever it stands. */
const isPlaceholder = (value: string, key: string): boolean =>
  key === 'reference' || value.startsWith('urn:') || /^https?:/.test(value)
