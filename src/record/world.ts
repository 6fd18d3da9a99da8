/** What every repository of the record shares; a repository adds who acts and the transaction it is in. */
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import type { PatientCompartment } from './definitions/compartment.ts'
import type { SearchParams } from './definitions/search-parameters.ts'
import type { Validator } from './definitions/validate.ts'
import type { Classify, ResourceFace, VersionListener } from './model.ts'
import type { SearchParser } from './search/parse.ts'

export interface RecordWorld {
  readonly db: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly params: SearchParams
  readonly parser: SearchParser
  readonly compartment: PatientCompartment
  readonly validate: Validator
  readonly classify: Classify
  /** By resource type. */
  readonly faces: ReadonlyMap<string, ResourceFace>
  readonly onVersions: VersionListener | undefined
}
