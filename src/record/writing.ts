/** Creating, updating, patching and deleting: each is one transaction that locks the row it changes. */
import {
  applyPatch,
  deepClone,
  fhirpathPatchTypedValue,
  type Operation,
  parseFhirPathPatchParameters,
  toTypedValue,
  type WithId,
} from '@medplum/core'
import type { Parameters, Resource } from '@medplum/fhirtypes'
import { isoFromMicros } from '../kernel/time.ts'
import type { Transaction } from '../platform/postgres/database.ts'
import { isVisible, requireAllowed } from './access.ts'
import type { RecordChange } from './contract.ts'
import { extractRows } from './indexing/extract.ts'
import { emptyRows, type IndexRows } from './indexing/rows.ts'
import type { RecordAccess, ResourceFace, WrittenVersion } from './model.ts'
import {
  conflicting,
  forbiddenTo,
  goneResource,
  invalid,
  notAllowed,
  unknownResource,
  versionConflict,
} from './outcomes.ts'
import {
  currentVersion,
  insertFirst,
  replaceCurrent,
  type StoredVersion,
  storedTextOf,
} from './store/documents.ts'
import { compartmentParam } from './store/search.ts'
import type { RecordWorld } from './world.ts'

export interface WriteContext {
  readonly world: RecordWorld
  readonly access: RecordAccess
  readonly tx: Transaction
  /** Gathers what changed; told to the bus after the commit. */
  readonly changes: RecordChange[]
  /** Gathers the same with whose it is; told of before the commit. */
  readonly versions: WrittenVersion[]
}

export interface Written {
  readonly resource: WithId<Resource>
  readonly created: boolean
}

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/

/** @throws OperationOutcomeError 400, 403, 409 */
export async function createVersion(context: WriteContext, resource: Resource, id: string): Promise<Written> {
  requireAllowed(context.access, resource.resourceType, 'create')
  const version = nextVersion(context, resource, id, undefined)
  if (!(await insertFirst(context.tx, version, rowsOf(context, version))))
    throw conflicting(`${resource.resourceType}/${id} exists already.`)
  return written(context, version, 'create')
}

/**
 * Update, or create with the client's id where there is none.
 * @throws OperationOutcomeError 400, 403, 404, 405, 412
 */
export async function updateVersion(
  context: WriteContext,
  resource: Resource,
  ifMatch: string | undefined,
): Promise<Written> {
  const { resourceType, id } = resource
  if (id === undefined || !idPattern.test(id))
    throw invalid('An id has 1 to 64 letters, digits, hyphens and dots.', `${resourceType}.id`)
  refuseFaceId(context, resourceType, id)
  // Twice: between the look and the insert another may have created it.
  for (let attempt = 0; attempt < 2; attempt++) {
    const current = await currentVersion(context.tx, resourceType, id, { lock: true })
    if (current) return replace(context, current, resource, ifMatch)
    if (ifMatch !== undefined) throw versionConflict(`${resourceType}/${id} has no version ${ifMatch}.`)
    requireAllowed(context.access, resourceType, 'update')
    requireAllowed(context.access, resourceType, 'create')
    const version = nextVersion(context, resource, id, undefined)
    if (await insertFirst(context.tx, version, rowsOf(context, version)))
      return written(context, version, 'create')
  }
  throw conflicting(`${resourceType}/${id} is being changed by another; try again.`)
}

async function replace(
  context: WriteContext,
  current: StoredVersion,
  resource: Resource,
  ifMatch: string | undefined,
): Promise<Written> {
  requireAllowed(context.access, current.resourceType, 'update')
  requireVisible(context, current)
  requireVersion(current, ifMatch)
  const version = nextVersion(context, resource, current.id, current)
  await replaceCurrent(context.tx, version, rowsOf(context, version))
  return written(context, version, current.deleted ? 'create' : 'update', current)
}

/** @throws OperationOutcomeError 400, 403, 404, 405, 410, 412 */
export async function patchVersion(
  context: WriteContext,
  resourceType: string,
  id: string,
  patch: Operation[] | Parameters,
  ifMatch: string | undefined,
): Promise<Written> {
  requireAllowed(context.access, resourceType, 'update')
  refuseFaceId(context, resourceType, id)
  const current = await currentVersion(context.tx, resourceType, id, { lock: true })
  if (!current) throw unknownResource(resourceType, id)
  requireVisible(context, current)
  if (!current.content) throw goneResource(resourceType, id)
  requireVersion(current, ifMatch)
  const patched = patchedContent(current.content, patch)
  if (patched.resourceType !== resourceType || patched.id !== id)
    throw invalid('A patch cannot change the type or the id of a resource.')
  return replace(context, current, patched, undefined)
}

function patchedContent(content: Resource, patch: Operation[] | Parameters): Resource {
  const draft = deepClone(content)
  if (!Array.isArray(patch)) {
    fhirpathPatchTypedValue(toTypedValue(draft), parseFhirPathPatchParameters(patch))
    return draft
  }
  // Operations on the whole document would pass by the draft.
  const holder = { draft }
  const below = patch.map((operation) => ({
    ...operation,
    path: `/draft${operation.path}`,
    ...('from' in operation ? { from: `/draft${operation.from}` } : {}),
  })) as Operation[]
  const failures = applyPatch(holder, below).filter((failure) => failure !== null)
  if (failures.length > 0)
    throw invalid(
      `The patch does not apply: ${failures.map((failure) => failure.message.replaceAll('/draft', '')).join('; ')}`,
    )
  return holder.draft
}

/**
 * Deleting what is deleted already changes nothing.
 * @throws OperationOutcomeError 403, 404, 405, 412
 */
export async function deleteVersion(
  context: WriteContext,
  resourceType: string,
  id: string,
  ifMatch: string | undefined,
): Promise<void> {
  requireAllowed(context.access, resourceType, 'delete')
  refuseFaceId(context, resourceType, id)
  const current = await currentVersion(context.tx, resourceType, id, { lock: true })
  if (!current) throw unknownResource(resourceType, id)
  requireVisible(context, current)
  if (current.deleted) return
  requireVersion(current, ifMatch)
  const version: StoredVersion = {
    ...current,
    version: current.version + 1,
    lastUpdatedUs: timeAfter(context, current),
    deleted: true,
    content: undefined,
  }
  await replaceCurrent(context.tx, version, emptyRows())
  note(context, version, 'delete')
}

function nextVersion(
  context: WriteContext,
  resource: Resource,
  id: string,
  current: StoredVersion | undefined,
): StoredVersion {
  const version = (current?.version ?? 0) + 1
  const lastUpdatedUs = timeAfter(context, current)
  const meta = { ...resource.meta, versionId: String(version), lastUpdated: isoFromMicros(lastUpdatedUs) }
  const { resourceType, ...rest } = resource
  const content = { resourceType, ...rest, id, meta } as WithId<Resource>
  context.world.validate(content)
  const patients = context.world.compartment.patientsOf(content)
  const belonging = { resourceType, patients, ...context.world.classify(content) }
  // Who registers a patient sees nothing by it that was there before.
  const registers = resourceType === 'Patient' && current === undefined
  if (!registers && !isVisible(context.access, belonging))
    throw forbiddenTo(`This ${resourceType} would belong to someone whose record you may not change.`)
  return { ...belonging, id, version, lastUpdatedUs, deleted: false, content }
}

/** Times of versions rise, even where the clock does not. */
const timeAfter = ({ world }: WriteContext, current: StoredVersion | undefined) =>
  Math.max(world.clock.now(), (current?.lastUpdatedUs ?? 0) + 1) as ReturnType<typeof world.clock.now>

function rowsOf({ world }: WriteContext, { content, patients }: StoredVersion): IndexRows {
  if (!content) return emptyRows()
  const rows = extractRows(content, world.params)
  for (const targetId of patients)
    rows.references.push({ param: compartmentParam, element: 0, targetType: 'Patient', targetId })
  return rows
}

function note(
  { changes, versions }: WriteContext,
  stored: StoredVersion,
  interaction: WrittenVersion['interaction'],
  before?: StoredVersion,
): void {
  const { resourceType, id, version } = stored
  changes.push({ resourceType, id, versionId: String(version), interaction })
  const patients = [...new Set([...stored.patients, ...(before?.patients ?? [])])]
  versions.push({ resourceType, id, version, interaction, patients, stored: storedTextOf(stored) })
}

function written(
  context: WriteContext,
  version: StoredVersion,
  interaction: 'create' | 'update',
  before?: StoredVersion,
): Written {
  note(context, version, interaction, before)
  return { resource: version.content as WithId<Resource>, created: interaction === 'create' }
}

function requireVisible({ access }: WriteContext, version: StoredVersion): void {
  if (!isVisible(access, version)) throw unknownResource(version.resourceType, version.id)
}

function requireVersion(
  { resourceType, id, version }: Pick<StoredVersion, 'resourceType' | 'id' | 'version'>,
  ifMatch: string | undefined,
): void {
  if (ifMatch !== undefined && ifMatch !== String(version))
    throw versionConflict(
      `${resourceType}/${id} is at version ${version}, not ${ifMatch}. Read it again and apply your change.`,
    )
}

/**
 * What a face draws changes only as its face allows.
 * @throws OperationOutcomeError 403, 404, 405, 412
 */
export async function updateDrawn(
  face: ResourceFace,
  access: RecordAccess,
  resource: WithId<Resource>,
  ifMatch: string | undefined,
): Promise<Written> {
  const { resourceType, id } = resource
  requireAllowed(access, resourceType, 'update')
  const before = await face.read(id, access)
  if (!before) throw unknownResource(resourceType, id)
  const version = Number(before.meta?.versionId)
  requireVersion({ resourceType, id, version }, ifMatch)
  const updated = await face.update?.(resource, access)
  if (!updated) throw notDrawnSo(resourceType, id)
  return { resource: updated, created: false }
}

function refuseFaceId({ world }: WriteContext, resourceType: string, id: string): void {
  if (world.faces.get(resourceType)?.owns(id)) throw notDrawnSo(resourceType, id)
}

const notDrawnSo = (resourceType: string, id: string) =>
  notAllowed(
    `${resourceType}/${id} is drawn from telemetry and cannot be changed so. Only that an Observation was entered in error can be said of it, by itself.`,
  )
