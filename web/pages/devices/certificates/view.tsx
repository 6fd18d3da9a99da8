/** How devices prove who they are: what ends when, and what is to be done about it. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { DeviceCertificatesView, DeviceIdentityView } from '../../../../src/devices/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { matchesText } from '../../../kit/matches-text.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { DeviceDialog } from './device-dialog.tsx'
import { type Choice, choices, compareIdentities, isChosen } from './order.ts'
import { CertificateTable } from './table.tsx'
import './certificates.css'

interface ListProps {
  readonly devices: readonly DeviceIdentityView[]
  readonly text: string
  readonly onOpen: (id: string) => void
}

function List({ devices, text, onOpen }: ListProps) {
  const { t } = useTranslation()
  const count = (choice: Choice): number => devices.filter((one) => isChosen(one, choice)).length
  const wanting = count('wanting')
  const [chosen, setChosen] = useState<Choice | undefined>(undefined)
  const choice = chosen ?? (wanting > 0 ? 'wanting' : count('certified') > 0 ? 'certified' : 'all')
  const shown = devices
    .filter((one) => isChosen(one, choice) && matchesText(`${one.name} ${one.id}`, text))
    .sort(compareIdentities)
  return (
    <>
      {wanting > 0 && (
        <p className="cert-warning" role="status">
          {t('deviceIdentity.wanting', { count: wanting })}
        </p>
      )}
      <fieldset className="chips" aria-label={t('deviceIdentity.show')}>
        {choices.map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={each === choice}
            onClick={() => setChosen(each)}
          >
            {t(`deviceIdentity.choice.${each}`)} <span className="chip-count">{count(each)}</span>
          </button>
        ))}
      </fieldset>
      {shown.length === 0 ? (
        <p className="dim cert-nothing">{t('deviceIdentity.nothing')}</p>
      ) : (
        <CertificateTable devices={shown} onOpen={onOpen} />
      )}
    </>
  )
}

export default function DeviceCertificates() {
  const { t } = useTranslation()
  const [parameters, setParameters] = useSearchParams()
  const [text, setText] = useState('')
  const query = useQuery({
    queryKey: ['device-certificates'],
    queryFn: ({ signal }) => getJson<DeviceCertificatesView>('/api/device-certificates', signal),
    refetchInterval: 30_000,
  })
  const chosen = query.data?.devices.find(({ id }) => id === parameters.get('device'))
  const open = (id: string | undefined): void => setParameters(id === undefined ? {} : { device: id })
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('deviceIdentity.title')}</h1>
        <Link to="/devices">{t('rooms.devices')}</Link>
        <input
          type="search"
          className="field push"
          placeholder={t('deviceIdentity.filter')}
          aria-label={t('deviceIdentity.filter')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <QueryStates
        query={query}
        isEmpty={({ devices }) => devices.length === 0}
        empty={{ title: t('devices.emptyTitle'), text: t('devices.emptyText') }}
      >
        {({ devices }) => <List devices={devices} text={text} onOpen={open} />}
      </QueryStates>
      {chosen && query.data && (
        <DeviceDialog
          key={chosen.id}
          device={chosen}
          about={query.data}
          onChanged={() => void query.refetch()}
          onClose={() => open(undefined)}
        />
      )}
    </div>
  )
}
