/** The rooms of consent put together: decisions, broken glass, patients' choices and where staff work. */
import type { Patient } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import { Gauge, type Registry } from 'prom-client'
import type { Audit } from '../audit/index.ts'
import {
  breakGlassRoutes,
  consentRoutes,
  createBreakGlass,
  createDecisionPoint,
  createDecisions,
  createEmergencySearch,
  createParties,
  createWards,
  nameOf,
  wardRoutes,
} from '../consent/index.ts'
import type { Identity } from '../identity/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { RecordRepository } from '../record/index.ts'

export interface ConsentParts {
  readonly db: Database
  /** The system's own. */
  readonly repository: RecordRepository
  readonly identity: Identity
  readonly audit: Audit
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Registry
}

export async function createConsent(parts: ConsentParts) {
  const { db, repository, identity, audit, clock, metrics } = parts
  const breakGlass = await createBreakGlass({ db, clock, audit })
  const decisions = await createDecisionPoint({ ...parts, brokenGlass: breakGlass })
  const parties = createParties({ identity, repository })
  const choices = createDecisions({ repository, decisionPoint: decisions, parties, clock })
  new Gauge({
    name: 'vitalwire_break_glass_overdue',
    help: 'Emergency accesses whose review is overdue.',
    registers: [metrics],
    async collect() {
      this.set(await breakGlass.overdue())
    },
  })
  const patientName = async (id: string): Promise<string | undefined> => {
    const [patient] = await repository.readMany([{ resourceType: 'Patient', id }])
    return patient && nameOf(patient as Patient)
  }
  return {
    decisions,
    breakGlass,
    routes(seams: {
      readonly placeOf: (patient: string) => string | null
      readonly notify: () => void
    }): FastifyPluginAsync {
      const search = createEmergencySearch({ repository, audit, placeOf: seams.placeOf })
      return async (app) => {
        await app.register(breakGlassRoutes({ breakGlass, clock, search, patientName, notify: seams.notify }))
        await app.register(consentRoutes({ decisions: choices, parties }))
        await app.register(wardRoutes({ wards: createWards({ identity, repository }) }))
      }
    },
  }
}
