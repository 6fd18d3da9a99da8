import { expect, it } from 'vitest'
import type { DeviceIdentityView } from '../../../../src/devices/contract.ts'
import { deviceCertificatesAnswer } from '../../../testing/fake-device-certificates.ts'
import { compareIdentities, isChosen } from './order.ts'

const { devices } = deviceCertificatesAnswer('/api/device-certificates', Date.UTC(2026, 0, 1)) as {
  readonly devices: readonly DeviceIdentityView[]
}

it('what needs a hand stands first, then what ends next, then what has no certificate', () => {
  expect(
    [...devices]
      .reverse()
      .sort(compareIdentities)
      .map(({ id }) => id.slice(-2)),
  ).toEqual([...['03', '02', '01', '06', '04', '05']])
  expect(devices.filter((one) => isChosen(one, 'wanting')).map(({ id }) => id.slice(-2))).toEqual([
    '02',
    '03',
  ])
})
