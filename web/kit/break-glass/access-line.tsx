/** What the reader may see of a patient, said above the chart: a part is withheld, or an emergency is open and ends. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccessView } from '../../../src/consent/contract.ts'
import { getJson } from '../../app/api/client.ts'
import { StateMessage } from '../states/state-message.tsx'
import { BreakGlassDialog } from './break-glass-dialog.tsx'
import './break-glass.css'

const refreshMs = 30_000

export const useAccess = (patient: string) =>
  useQuery({
    queryKey: ['access', patient],
    queryFn: ({ signal }) =>
      getJson<AccessView>(`/api/patients/${encodeURIComponent(patient)}/access`, signal),
    refetchInterval: refreshMs,
  })

export function AccessLine({ patient }: { readonly patient: string }) {
  const { t, i18n } = useTranslation()
  const access = useAccess(patient).data
  if (access?.brokenUntil) {
    const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' })
    return (
      <p className="access-line" data-kind="emergency" role="status">
        {t('consent.glass.banner', { time: time.format(new Date(access.brokenUntil)) })}{' '}
        <a href="/break-glass">{t('consent.glass.end')}</a>
      </p>
    )
  }
  if (access?.may !== 'part') return null
  return <p className="access-line dim small">{t('consent.glass.withheld')}</p>
}

/** Instead of a chart that cannot be seen: why, and the way in for an emergency. */
export function ClosedRecord({
  patient,
  onBroken,
}: {
  readonly patient: string
  readonly onBroken: () => void
}) {
  const { t } = useTranslation()
  const access = useAccess(patient)
  const [asking, setAsking] = useState(false)
  if (!access.data?.mayBreakGlass)
    return <StateMessage kind="empty" title={t('state.unknownTitle')} text={t('state.unknownText')} />
  return (
    <>
      <StateMessage
        kind="denied"
        title={t('consent.glass.closed')}
        text={t('consent.glass.closedText')}
        action={
          <button type="button" className="plain-button" onClick={() => setAsking(true)}>
            {t('consent.glass.open')}
          </button>
        }
      />
      {asking && (
        <BreakGlassDialog
          patient={patient}
          name={patient}
          onClose={() => setAsking(false)}
          onBroken={() => {
            setAsking(false)
            void access.refetch()
            onBroken()
          }}
        />
      )}
    </>
  )
}
