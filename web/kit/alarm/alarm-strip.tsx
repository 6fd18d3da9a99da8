/** One line for a patient's alarms: the highest, how many more, how long already, and the way to acknowledge it. */
import { useTranslation } from 'react-i18next'
import type { AlarmView } from '../../../src/monitoring/contract.ts'
import { formatCountUp } from '../format.ts'
import './alarm-strip.css'
import './flash.css'

/** The standard's own signs, so that priority is said by shape too. */
export const priorityMark = { high: '!!!', medium: '!!', low: '!' } as const

export function AlarmMark({ alarm }: { readonly alarm: Pick<AlarmView, 'priority' | 'acknowledged'> }) {
  const { t } = useTranslation()
  return (
    <span
      className="alarm-mark"
      data-flash={alarm.priority}
      data-acknowledged={alarm.acknowledged || undefined}
      title={t(`alarm.priority.${alarm.priority}`)}
    >
      <span aria-hidden="true">{priorityMark[alarm.priority]}</span>
      <span className="sr-only">{t(`alarm.priority.${alarm.priority}`)}</span>
    </span>
  )
}

export interface AlarmStripProps {
  readonly alarms: readonly AlarmView[]
  readonly nowMs: number
  /** Absent: the reader may not. */
  readonly onAcknowledge?: ((alarm: AlarmView) => void) | undefined
  readonly busy?: boolean
  readonly showKey?: boolean
}

export function AlarmStrip({ alarms, nowMs, onAcknowledge, busy, showKey }: AlarmStripProps) {
  const { t } = useTranslation()
  const alarm = alarms[0]
  if (!alarm) return null
  const next = alarms.find((each) => !each.acknowledged)
  return (
    <div className="alarm-strip" data-priority={alarm.priority}>
      <AlarmMark alarm={alarm} />
      <span className="alarm-text" title={alarm.text}>
        {alarm.text}
      </span>
      {alarms.length > 1 && (
        <span className="alarm-more">
          <span aria-hidden="true">+{alarms.length - 1}</span>
          <span className="sr-only">{t('alarm.more', { count: alarms.length - 1 })}</span>
        </span>
      )}
      <span className="alarm-time ltr">{formatCountUp(nowMs - Date.parse(alarm.raisedAt))}</span>
      {next && onAcknowledge ? (
        <button
          type="button"
          className="alarm-acknowledge"
          disabled={busy}
          onClick={() => onAcknowledge(next)}
        >
          {t('alarm.acknowledge')} {showKey && <span className="key">A</span>}
        </button>
      ) : (
        <span className="alarm-done">{next ? '' : t('alarm.acknowledged')}</span>
      )}
    </div>
  )
}
