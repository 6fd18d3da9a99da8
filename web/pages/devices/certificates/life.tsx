/** How much of a certificate's life is left: in words, and as a bar on which the last third is marked. */
import { useTranslation } from 'react-i18next'
import type { DeviceCertificateView } from '../../../../src/devices/contract.ts'
import { useNow } from '../../../app/live/use-live.ts'
import { formatExact } from '../../../kit/format.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

export function Life({ certificate }: { readonly certificate: DeviceCertificateView }) {
  const { t, i18n } = useTranslation()
  const nowMs = useNow(minuteMs)
  const { state, notBefore, notAfter, renewed } = certificate
  const [from, to] = [Date.parse(notBefore), Date.parse(notAfter)]
  const isOver = state === 'revoked' || state === 'ended'
  const left = Math.max(0, Math.min(1, (to - nowMs) / (to - from)))
  const days = Math.floor(Math.abs(to - nowMs) / dayMs)
  return (
    <span className="cert-life" title={formatExact(to, i18n.language)}>
      <span className="cert-state" data-state={renewed && !isOver ? 'renewed' : state}>
        {t(`deviceIdentity.state.${renewed && !isOver ? 'renewed' : state}`)}
      </span>
      {!isOver && (
        <>
          <span className="cert-bar" aria-hidden="true">
            <span style={{ width: `${left * 100}%` }} />
          </span>
          <span>{t('deviceIdentity.daysLeft', { count: days })}</span>
        </>
      )}
      {state === 'ended' && <span>{t('deviceIdentity.daysAgo', { count: days })}</span>}
    </span>
  )
}

/** In pairs, so that two people can read it to each other. */
export const groupedHex = (hex: string): string => hex.toUpperCase().replace(/(..)(?=.)/g, '$1:')
