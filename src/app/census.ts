/**
 * Who lies where now: encounters in progress with their bed and unit, kept in memory from the record. A unit is the
 * Location that a bed is part of; a home is one where the encounter's class is home health (HH).
 */
import type { FhirRepository } from '@medplum/fhir-router'
import type { Encounter, HumanName, Location, Patient } from '@medplum/fhirtypes'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { recordChanged } from '../record/contract.ts'

export interface CensusEntry {
  readonly patientId: string
  readonly name: string
  readonly birthDate: string | null
  readonly sex: string | null
  readonly unit: { readonly id: string; readonly name: string; readonly kind: 'ward' | 'home' }
  readonly bed: string
}

export interface Census {
  current(): readonly CensusEntry[]
  find(patientId: string): CensusEntry | undefined
  close(): void
}

export interface CensusDeps {
  readonly repository: FhirRepository
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
}

const watched = new Set(['Encounter', 'Location', 'Patient'])
const settleMs = 150
const pageSize = 1_000

/** `Osei, Ama`: as a tile and a list want it. */
export function listName(name: HumanName | undefined): string {
  if (!name) return 'Unnamed'
  return name.text ?? [name.family, name.given?.join(' ')].filter(Boolean).join(', ')
}

const idOf = (reference: string | undefined): string | undefined => reference?.split('/').at(-1)

async function readCensus(repository: FhirRepository): Promise<CensusEntry[]> {
  const all = <T extends Encounter | Location | Patient>(
    resourceType: T['resourceType'],
    code?: string,
    value?: string,
  ) =>
    repository.searchResources<T>({
      resourceType,
      count: pageSize,
      ...(code && value ? { filters: [{ code, operator: 'eq' as never, value }] } : {}),
    })
  const encounters = await all<Encounter>('Encounter', 'status', 'in-progress')
  const locations = new Map((await all<Location>('Location')).map((location) => [location.id, location]))
  const patients = new Map((await all<Patient>('Patient')).map((patient) => [patient.id, patient]))
  return encounters.flatMap((encounter): CensusEntry[] => {
    const patient = patients.get(idOf(encounter.subject?.reference) ?? '')
    const bed = locations.get(
      idOf(encounter.location?.find((l) => l.status !== 'completed')?.location.reference) ?? '',
    )
    const unit = locations.get(idOf(bed?.partOf?.reference) ?? '')
    if (!patient?.id || !bed || !unit?.id) return []
    return [
      {
        patientId: patient.id,
        name: listName(patient.name?.[0]),
        birthDate: patient.birthDate ?? null,
        sex: patient.gender ?? null,
        unit: {
          id: unit.id,
          name: unit.name ?? 'Unit',
          kind: encounter.class.code === 'HH' ? 'home' : 'ward',
        },
        bed: bed.name ?? '',
      },
    ]
  })
}

export async function createCensus({ repository, bus, clock, log }: CensusDeps): Promise<Census> {
  let entries = await readCensus(repository)
  let byPatient = new Map(entries.map((entry) => [entry.patientId, entry]))
  let cancel: (() => void) | undefined
  const refresh = async () => {
    try {
      entries = await readCensus(repository)
      byPatient = new Map(entries.map((entry) => [entry.patientId, entry]))
    } catch (error) {
      log.error({ error: (error as Error).message }, 'the census could not be read; the one before stays')
    }
  }
  const unsubscribe = bus.subscribe(recordChanged, (change) => {
    if (!watched.has(change.resourceType) || cancel) return
    cancel = clock.after(settleMs, () => {
      cancel = undefined
      void refresh()
    })
  })
  return {
    current: () => entries,
    find: (patientId) => byPatient.get(patientId),
    close() {
      unsubscribe()
      cancel?.()
    },
  }
}
