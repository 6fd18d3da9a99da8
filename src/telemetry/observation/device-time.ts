import type { WithId } from '@medplum/core'
import type { Extension, Observation } from '@medplum/fhirtypes'
import type { DeviceClocks, StoredEpoch } from '../../devices/index.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import { microsPerTenth } from '../segment.ts'
import { codingMatches, systems } from './codes.ts'

export type ClockEpochs = Pick<DeviceClocks, 'epochAt' | 'epochs'>

/** Personal Health Device guide: where the clock of the device is set against ours. */
const coincidentUrl = 'http://hl7.org/fhir/uv/phd/StructureDefinition/CoincidentTimeStampReference'
/** What the clock of the device showed at the time drawn, where that clock was wrong. */
const deviceTimeUrl = 'urn:vitalwire:device-time'

const pattern = /^k-([1-9a-z][0-9a-z]{0,9})$/
const iso = (time: number): string => isoFromMicros(time as Micros)

const clockObservationId = ({ id }: StoredEpoch): string => `k-${id.toString(36)}`
/** The number of the epoch that an id names. */
export function parseClockId(id: string): number | undefined {
  const match = pattern.exec(id)
  return match ? Number.parseInt(match[1]!, 36) : undefined
}

/** MDC_ATTR_TIME_ABS: the absolute time of a device. */
const coding = { system: systems.mdc, code: '67975', display: 'MDC_ATTR_TIME_ABS' } as const
export const isClockCode = (token: string): boolean => codingMatches([coding], token)

/** A coincident timestamp: what our clock showed, and at the same moment the device's. */
export function drawClock(epoch: StoredEpoch): WithId<Observation> {
  const ours = epoch.receivedFrom * microsPerTenth
  return {
    resourceType: 'Observation',
    id: clockObservationId(epoch),
    meta: { versionId: '1', lastUpdated: iso(epoch.notedAt) },
    status: 'final',
    code: { coding: [coding], text: 'Time of the device' },
    subject: { reference: `Device/${epoch.device}` },
    device: { reference: `Device/${epoch.device}` },
    effectiveDateTime: iso(ours),
    issued: iso(epoch.notedAt),
    valueDateTime: iso(ours + epoch.offsetUs),
    method: {
      text: epoch.basis === 'declared' ? 'Declared by the device' : 'Inferred from readings ahead of receipt',
    },
  }
}

/** A reading of a device whose clock was wrong says what that clock showed, and where the two are set side by side. */
export function withDeviceTime(
  drawn: WithId<Observation>,
  clocks: ClockEpochs | undefined,
  reading: { readonly device: string; readonly at: number; readonly receivedTenth: number },
): WithId<Observation> {
  const epoch = clocks?.epochAt(reading.device, reading.receivedTenth)
  if (!epoch || epoch.offsetUs === 0) return drawn
  const extension: Extension[] = [
    { url: coincidentUrl, valueReference: { reference: `Observation/${clockObservationId(epoch)}` } },
    { url: deviceTimeUrl, valueDateTime: iso(reading.at + epoch.offsetUs) },
  ]
  return { ...drawn, extension: [...(drawn.extension ?? []), ...extension] }
}
