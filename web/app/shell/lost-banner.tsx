/** One banner for a lost connection, however many tiles are affected. */
import { useTranslation } from 'react-i18next'
import { formatAge } from '../../kit/format.ts'
import { live } from '../live/live.ts'
import { useLinkState, useNow } from '../live/use-live.ts'

export function LostBanner() {
  const { t } = useTranslation()
  const state = useLinkState()
  const nowMs = useNow(1_000)
  const lostAtMs = live.lostAtMs()
  if (state !== 'offline' || lostAtMs === undefined) return null
  return (
    <div className="banner" role="status" data-state="stale">
      <b>{t('state.lost', { age: formatAge(nowMs - lostAtMs) })}</b>
      <span>{t('state.lostText')}</span>
    </div>
  )
}
