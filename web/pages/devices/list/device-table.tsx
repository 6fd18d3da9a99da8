import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { DeviceView } from '../../../../src/devices/contract.ts'
import { useNow } from '../../../app/live/use-live.ts'
import { formatAge, formatExact } from '../../../kit/format.ts'

export interface DeviceTableProps {
  readonly devices: readonly DeviceView[]
  readonly onOpen: (id: string) => void
}

/** Below this a battery is drawn and said as low. */
const lowBatteryPercent = 20

function Battery({ percent }: { readonly percent: number | null }) {
  if (percent === null) return null
  return (
    <span className="battery" data-low={percent <= lowBatteryPercent || undefined}>
      <span className="battery-body" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
      <span className="ltr">{Math.round(percent)} %</span>
    </span>
  )
}

function LastSeen({ at }: { readonly at: string | null }) {
  const { t, i18n } = useTranslation()
  const nowMs = useNow(1_000)
  if (at === null) return <span className="dim">–</span>
  const ms = Date.parse(at)
  return (
    <span title={formatExact(ms, i18n.language)}>{t('devices.ago', { age: formatAge(nowMs - ms) })}</span>
  )
}

export function DeviceTable({ devices, onOpen }: DeviceTableProps) {
  const { t } = useTranslation()
  return (
    <table className="list device-list">
      <thead>
        <tr>
          <th scope="col">{t('devices.name')}</th>
          <th scope="col">{t('devices.patient')}</th>
          <th scope="col">{t('devices.connection')}</th>
          <th scope="col">{t('devices.lastSeen')}</th>
          <th scope="col">{t('devices.battery')}</th>
          <th scope="col" className="end">
            {t('devices.signal')}
          </th>
          <th scope="col">{t('devices.quarantined')}</th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <tr key={device.id}>
            <td>
              <b>{device.name}</b>
              {device.simulated && <span className="sim-note"> {t('simulated.short')}</span>}
              <br />
              <span className="dim ltr">{device.profile}</span>
            </td>
            <td>
              {device.patient ? (
                <>
                  <Link to={`/patients/${device.patient.id}`}>{device.patient.name}</Link>{' '}
                  <span className="dim">{device.patient.bed}</span>
                </>
              ) : (
                <span className="dim">{t('devices.unassigned')}</span>
              )}
            </td>
            <td>
              <span className="connection" data-connection={device.connection}>
                <span className="top-dot" aria-hidden="true" />
                {t(`devices.${device.connection}`)}
              </span>
            </td>
            <td>
              <LastSeen at={device.lastSeenAt} />
            </td>
            <td>
              <Battery percent={device.batteryPercent} />
            </td>
            <td className="end">
              {device.signalDbm !== null && <span className="ltr">{device.signalDbm} dBm</span>}
            </td>
            <td>
              {device.quarantined > 0 && (
                <button type="button" className="refusals" onClick={() => onOpen(device.id)}>
                  <span className="sr-only">{t('devices.show', { name: device.name })}</span>
                  <b>{device.quarantined}</b> <span>{device.lastRefusal?.reason}</span>
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
