import type { Device as FhirDevice } from '@medplum/fhirtypes'
import { type Device, profileOf } from '../devices/index.ts'

/** The registry's device as the record shows it, under the same id. */
export function deviceResource(device: Device, patient?: string): FhirDevice & { id: string } {
  const profile = profileOf(device.profile)
  return {
    resourceType: 'Device',
    id: device.id,
    ...(device.simulated
      ? {
          meta: {
            security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST' }],
          },
        }
      : {}),
    identifier: [{ system: 'urn:vitalwire:device', value: device.id }],
    status: 'active',
    deviceName: [{ name: device.name, type: 'user-friendly-name' }],
    ...(device.serial === null ? {} : { serialNumber: device.serial }),
    ...(profile ? { manufacturer: profile.vendor, modelNumber: profile.models[0] ?? profile.id } : {}),
    ...(patient === undefined ? {} : { patient: { reference: `Patient/${patient}` } }),
  }
}
