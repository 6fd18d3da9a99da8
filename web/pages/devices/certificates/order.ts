import type { DeviceIdentityView } from '../../../../src/devices/contract.ts'

export const choices = ['wanting', 'certified', 'all'] as const
export type Choice = (typeof choices)[number]

export const isChosen = (device: DeviceIdentityView, choice: Choice): boolean =>
  choice === 'all' || (choice === 'wanting' ? device.wantsRenewal : device.certificates.length > 0)

/** The certificate that says how the device stands: the last to end of those not revoked, or else the newest. */
export const standing = ({ certificates }: DeviceIdentityView) =>
  certificates.find(({ state }) => state !== 'revoked') ?? certificates[0]

/** What needs a hand first, then the next to end, then those without a certificate, by name. */
export function compareIdentities(a: DeviceIdentityView, b: DeviceIdentityView): number {
  const ends = (device: DeviceIdentityView): number => {
    const one = standing(device)
    return one && one.state !== 'revoked' ? Date.parse(one.notAfter) : Number.MAX_SAFE_INTEGER
  }
  return (
    Number(b.wantsRenewal) - Number(a.wantsRenewal) ||
    ends(a) - ends(b) ||
    a.name.localeCompare(b.name, 'en', { numeric: true })
  )
}
