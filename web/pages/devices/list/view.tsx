/** Every device: on whom, heard when, how strong, and what of it was not understood. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { DeviceView } from '../../../../src/devices/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { live } from '../../../app/live/live.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { CertificatesLink } from './certificates-link.tsx'
import { DeviceTable } from './device-table.tsx'
import { Quarantine } from './quarantine.tsx'
import './devices.css'

/** What needs a hand first: refused messages, then the silent, then by name. */
export function compareDevices(a: DeviceView, b: DeviceView): number {
  const rank = (device: DeviceView): number =>
    device.quarantined > 0 ? 0 : device.connection === 'offline' ? 1 : device.connection === 'online' ? 2 : 3
  return rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true })
}

export default function Devices() {
  const { t } = useTranslation()
  const [parameters, setParameters] = useSearchParams()
  const [text, setText] = useState('')
  const devices = useQuery({
    queryKey: ['devices'],
    queryFn: ({ signal }) => getJson<readonly DeviceView[]>('/api/devices', signal),
    refetchInterval: 10_000,
  })
  const { refetch } = devices
  useEffect(() => live.onRefresh(() => void refetch()), [refetch])
  const chosen = devices.data?.find(({ id }) => id === parameters.get('device'))
  const choose = (id: string | undefined): void => setParameters(id === undefined ? {} : { device: id })
  const matches = ({ name, id, patient, profile }: DeviceView): boolean =>
    `${name} ${id} ${patient?.name ?? ''} ${profile}`.toLowerCase().includes(text.toLowerCase())
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('rooms.devices')}</h1>
        <CertificatesLink />
        <input
          type="search"
          className="field push"
          placeholder={t('devices.filter')}
          aria-label={t('devices.filter')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <QueryStates
        query={devices}
        isEmpty={(data) => data.length === 0}
        empty={{ title: t('devices.emptyTitle'), text: t('devices.emptyText') }}
      >
        {(data) => <DeviceTable devices={data.filter(matches).sort(compareDevices)} onOpen={choose} />}
      </QueryStates>
      {chosen && <Quarantine device={chosen} onClose={() => choose(undefined)} />}
    </div>
  )
}
