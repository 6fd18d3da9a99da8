/** What must not be deleted, because someone with the right to say so said so. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HoldView } from '../../../../src/telemetry/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { useMay } from '../../../app/session/use-session.ts'
import { formatExact } from '../../../kit/format.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { HoldDialog } from './hold-dialog.tsx'

function Period({ hold }: { readonly hold: HoldView }) {
  const { t, i18n } = useTranslation()
  if (hold.from === null && hold.to === null) return <>{t('storage.everything')}</>
  const end = (at: string | null): string => (at === null ? '…' : formatExact(Date.parse(at), i18n.language))
  return (
    <>
      {end(hold.from)} – {end(hold.to)}
    </>
  )
}

function Row(props: { readonly hold: HoldView; readonly onLift: ((hold: HoldView) => void) | undefined }) {
  const { hold, onLift } = props
  const { t, i18n } = useTranslation()
  return (
    <tr data-lifted={hold.liftedAt !== null || undefined}>
      <td>
        <bdi>{hold.patient}</bdi>
      </td>
      <td>
        <Period hold={hold} />
      </td>
      <td>{hold.reason}</td>
      <td title={formatExact(Date.parse(hold.placedAt), i18n.language)}>
        <bdi>{hold.placedBy}</bdi>
      </td>
      <td>
        {hold.liftedAt !== null ? (
          <span className="dim" title={formatExact(Date.parse(hold.liftedAt), i18n.language)}>
            {t('storage.lifted', { by: hold.liftedBy, reason: hold.liftReason })}
          </span>
        ) : onLift ? (
          <button type="button" className="plain-button" onClick={() => onLift(hold)}>
            {t('storage.lift')}
            <span className="sr-only"> {hold.patient}</span>
          </button>
        ) : (
          t('storage.stands')
        )}
      </td>
    </tr>
  )
}

export function Holds() {
  const { t } = useTranslation()
  const mayManage = useMay('storage.manage')
  const [asking, setAsking] = useState<HoldView | 'new' | undefined>(undefined)
  const holds = useQuery({
    queryKey: ['storage', 'holds'],
    queryFn: ({ signal }) => getJson<readonly HoldView[]>('/api/storage/holds', signal),
  })
  return (
    <section aria-labelledby="storage-holds">
      <div className="storage-head">
        <h2 id="storage-holds">{t('storage.holds')}</h2>
        {mayManage && (
          <button type="button" className="plain-button push" onClick={() => setAsking('new')}>
            {t('storage.place')}
          </button>
        )}
      </div>
      <QueryStates query={holds}>
        {(data) =>
          data.length === 0 ? (
            <p className="dim">{t('storage.noHolds')}</p>
          ) : (
            <table className="list">
              <thead>
                <tr>
                  <th scope="col">{t('shell.patient')}</th>
                  <th scope="col">{t('storage.period')}</th>
                  <th scope="col">{t('storage.reason')}</th>
                  <th scope="col">{t('storage.placedBy')}</th>
                  <th scope="col">{t('storage.state')}</th>
                </tr>
              </thead>
              <tbody>
                {data.map((hold) => (
                  <Row key={hold.id} hold={hold} onLift={mayManage ? setAsking : undefined} />
                ))}
              </tbody>
            </table>
          )
        }
      </QueryStates>
      {asking && (
        <HoldDialog hold={asking === 'new' ? undefined : asking} onClose={() => setAsking(undefined)} />
      )}
    </section>
  )
}
