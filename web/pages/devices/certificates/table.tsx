import { useTranslation } from 'react-i18next'
import type { DeviceIdentityView, DeviceSecretView } from '../../../../src/devices/contract.ts'
import { useNow } from '../../../app/live/use-live.ts'
import { formatAge, formatExact } from '../../../kit/format.ts'
import { Life } from './life.tsx'
import { standing } from './order.ts'

function SecretUse({ secret }: { readonly secret: DeviceSecretView | null }) {
  const { t, i18n } = useTranslation()
  const nowMs = useNow(60_000)
  if (secret === null) return <span className="dim">{t('deviceIdentity.withoutSecret')}</span>
  if (secret.lastUsedAt === null) return <span className="dim">{t('deviceIdentity.secretUnused')}</span>
  const ms = Date.parse(secret.lastUsedAt)
  return (
    <span title={formatExact(ms, i18n.language)}>
      {t('devices.ago', { age: formatAge(Math.max(0, nowMs - ms)) })}
    </span>
  )
}

export interface CertificateTableProps {
  readonly devices: readonly DeviceIdentityView[]
  readonly onOpen: (id: string) => void
}

export function CertificateTable({ devices, onOpen }: CertificateTableProps) {
  const { t } = useTranslation()
  return (
    <table className="list cert-list">
      <thead>
        <tr>
          <th scope="col">{t('devices.name')}</th>
          <th scope="col">{t('deviceIdentity.certificate')}</th>
          <th scope="col">SHA-256</th>
          <th scope="col">{t('deviceIdentity.secretLastUsed')}</th>
          <th scope="col">
            <span className="sr-only">{t('deviceIdentity.open')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => {
          const one = standing(device)
          return (
            <tr key={device.id} data-wanting={device.wantsRenewal || undefined}>
              <td>
                <b>{device.name}</b> <span className="dim ltr">{device.id}</span>
                {device.revoked && <span className="dim"> · {t('deviceIdentity.deviceRevokedShort')}</span>}
              </td>
              <td>
                {one ? (
                  <Life certificate={one} />
                ) : (
                  <span className="dim">{t('deviceIdentity.withoutOne')}</span>
                )}
              </td>
              <td>
                {one && (
                  <code className="ltr cert-hex" title={one.fingerprint}>
                    {one.fingerprint.slice(0, 16).toUpperCase()}…
                  </code>
                )}
              </td>
              <td data-label={t('deviceIdentity.secretLastUsed')}>
                <SecretUse secret={device.secret} />
              </td>
              <td className="end">
                <button type="button" className="plain-button" onClick={() => onOpen(device.id)}>
                  {t('deviceIdentity.open')}
                  <span className="sr-only"> {device.name}</span>
                </button>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
