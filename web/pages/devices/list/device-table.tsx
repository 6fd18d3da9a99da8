import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { DeviceView } from '../../../../src/devices/contract.ts'
import { useNow } from '../../../app/live/use-live.ts'
import { useMay } from '../../../app/session/use-session.ts'
import { formatAge, formatExact } from '../../../kit/format.ts'

export interface DeviceTableProps {
  readonly devices: readonly DeviceView[]
  readonly onOpen: (id: string) => void
}

/** Below this a battery is drawn and said as low. */
const lowBatteryPercent = 20

function Battery({ percent }: { readonly percent: number | null }) {
  if (percent === null) return <span className="dim">–</span>
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

/** A clock that is wrong is said, though nobody need do anything: readings are shown at the right time. */
function ClockNote({ clock }: { readonly clock: DeviceView['clock'] }) {
  const { t } = useTranslation()
  if (clock === null) return null
  // To the nearest second: an age is cut to what is full, and a clock two hours ahead is seldom so to the microsecond.
  const by = formatAge(Math.round(Math.abs(clock.offsetMs) / 1_000) * 1_000)
  return (
    <div className="dim">{t(clock.offsetMs > 0 ? 'devices.clockAhead' : 'devices.clockBehind', { by })}</div>
  )
}

/** A device nothing was ever heard of: what it has to say, and where. */
function HowToConnect({ device }: { readonly device: DeviceView }) {
  const { t } = useTranslation()
  return (
    <tr className="connect-row">
      <td colSpan={7} id={`connect-${device.id}`}>
        <p>{t('devices.connectText')}</p>
        <dl className="ltr">
          <dt>{t('devices.topic')}</dt>
          <dd>
            <code>vitalwire/{device.id}/telemetry</code>
          </dd>
          <dt>{t('devices.profile')}</dt>
          <dd>
            <code>{device.profile}</code>
          </dd>
          <dt>SenML</dt>
          <dd>
            <code>{'[{"n":"heart-rate","v":72}]'}</code>
          </dd>
        </dl>
      </td>
    </tr>
  )
}

function Patient({ patient }: { readonly patient: DeviceView['patient'] }) {
  const { t } = useTranslation()
  const mayFollow = useMay('monitoring.view')
  if (!patient) return <span className="dim">{t('devices.unassigned')}</span>
  return (
    <>
      {mayFollow ? <Link to={`/patients/${patient.id}`}>{patient.name}</Link> : patient.name}{' '}
      <span className="dim">{patient.bed}</span>
    </>
  )
}

interface RowProps {
  readonly device: DeviceView
  readonly onOpen: (id: string) => void
  readonly opened: boolean
  readonly onToggle: (id: string) => void
}

function Row({ device, onOpen, opened, onToggle }: RowProps) {
  const { t } = useTranslation()
  return (
    <tr>
      <td>
        <b>{device.name}</b>
        {device.simulated && <span className="sim-note"> {t('simulated.short')}</span>}{' '}
        <span className="device-profile ltr">{device.profile}</span>
      </td>
      <td>
        <Patient patient={device.patient} />
      </td>
      <td>
        {device.connection === 'never' ? (
          <button
            type="button"
            className="refusals"
            aria-expanded={opened}
            aria-controls={opened ? `connect-${device.id}` : undefined}
            onClick={() => onToggle(device.id)}
          >
            <span aria-hidden="true">{opened ? '▾' : '▸'}</span> {t('devices.free')}
            <span className="sr-only"> {t('devices.connect', { name: device.name })}</span>
          </button>
        ) : (
          <span className="connection" data-connection={device.connection}>
            <span className="top-dot" aria-hidden="true" />
            {t(`devices.${device.connection}`)}
          </span>
        )}
      </td>
      <td>
        <LastSeen at={device.lastSeenAt} />
        <ClockNote clock={device.clock} />
      </td>
      <td>
        <Battery percent={device.batteryPercent} />
      </td>
      <td className="end">
        {device.signalDbm === null ? (
          <span className="dim">–</span>
        ) : (
          <span className="ltr">{device.signalDbm} dBm</span>
        )}
      </td>
      <td>
        {device.quarantined > 0 && (
          <button
            type="button"
            className="refusals"
            title={device.lastRefusal?.reason}
            onClick={() => onOpen(device.id)}
          >
            <span className="sr-only">{t('devices.show', { name: device.name })}</span>
            <b>{device.quarantined}</b> <span className="refusal-reason">{device.lastRefusal?.reason}</span>
          </button>
        )}
      </td>
    </tr>
  )
}

export function DeviceTable({ devices, onOpen }: DeviceTableProps) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<string | undefined>(undefined)
  const toggle = (id: string): void => setOpened((before) => (before === id ? undefined : id))
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
          <Fragment key={device.id}>
            <Row device={device} onOpen={onOpen} opened={opened === device.id} onToggle={toggle} />
            {opened === device.id && <HowToConnect device={device} />}
          </Fragment>
        ))}
      </tbody>
    </table>
  )
}
