import { getResourceTypes, isResourceType } from '@medplum/core'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { MigrationFolder } from '../platform/postgres/migrations.ts'
import type { Random } from '../platform/random.ts'
import { loadPatientCompartment } from './definitions/compartment.ts'
import { loadDefinitions } from './definitions/load.ts'
import { SearchParams } from './definitions/search-parameters.ts'
import { createValidator } from './definitions/validate.ts'
import type { Classify, RecordAccess, ResourceFace, VersionListener } from './model.ts'
import { RecordRepository, type RepositoryOptions } from './repository.ts'
import { joinedFace } from './search/joined-face.ts'
import { SearchParser } from './search/parse.ts'
import { sortIntoClasses } from './store/unsorted.ts'
import type { RecordWorld } from './world.ts'

export const recordMigrations: MigrationFolder = {
  domain: 'record',
  directory: new URL('./migrations/', import.meta.url),
}

export interface FhirRecord {
  /** The record as one caller may see and change it. */
  repository(access: RecordAccess, options?: Partial<RepositoryOptions>): RecordRepository
  /** Resources drawn on read. Faces of one type have ids of different forms. */
  addFace(face: ResourceFace): void
  /** Gives rows from before there were classes theirs; until then only who sees everything sees them. */
  classifyUnsorted(): Promise<number>
  readonly world: RecordWorld
}

export interface RecordDeps {
  readonly db: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Default: everything is of class `other`, without labels. */
  readonly classify?: Classify
  /** Told of what was written, within the transaction that wrote it. */
  readonly onVersions?: VersionListener
}

const unclassified: Classify = () => ({ dataClass: 'other', labels: [] })

/** Loads the FHIR definitions: a second or two the first time on a machine. */
export async function createRecord(deps: RecordDeps): Promise<FhirRecord> {
  const { db, bus, clock, random, log, classify = unclassified } = deps
  const startedMs = clock.elapsedMs()
  const requiredCodes = await loadDefinitions()
  const params = new SearchParams()
  for (const type of getResourceTypes()) params.of(type)
  const compartment = await loadPatientCompartment(params)
  const validate = createValidator(requiredCodes)
  const faces = new Map<string, ResourceFace>()
  const parser = new SearchParser(params, isResourceType)
  const world: RecordWorld = {
    db,
    bus,
    clock,
    random,
    log,
    params,
    parser,
    compartment,
    validate,
    classify,
    faces,
    onVersions: deps.onVersions,
  }
  log.info({ tookMs: Math.round(clock.elapsedMs() - startedMs) }, 'FHIR definitions loaded')
  return {
    world,
    classifyUnsorted: () => sortIntoClasses(db, classify),
    repository: (access, options) =>
      new RecordRepository(world, access, { baseUrl: '', strict: false, ...options }),
    addFace(face) {
      const before = faces.get(face.resourceType)
      faces.set(face.resourceType, before ? joinedFace(before, face, params) : face)
    },
  }
}
