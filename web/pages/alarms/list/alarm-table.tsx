import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmView, BoardTile } from '../../../../src/monitoring/contract.ts'
import { useAcknowledge } from '../../../app/api/acknowledge.ts'
import { useNow } from '../../../app/live/use-live.ts'
import { useMay } from '../../../app/session/use-session.ts'
import { AlarmMark } from '../../../kit/alarm/alarm-strip.tsx'
import { formatClock, formatCountUp, formatExact, formatMoment } from '../../../kit/format.ts'
import '../../../kit/alarm/alarm-strip.css'
import './alarms.css'

export interface AlarmTableProps {
  readonly alarms: readonly AlarmView[]
  readonly places: ReadonlyMap<string, BoardTile>
}

function Answer(props: {
  readonly alarm: AlarmView
  readonly onAcknowledge: (() => void) | undefined
  readonly busy: boolean
  readonly showKey: boolean
}) {
  const { t } = useTranslation()
  const { alarm, onAcknowledge, busy } = props
  if (alarm.acknowledged) {
    const at = alarm.acknowledgedAt === null ? '' : ` · ${formatClock(Date.parse(alarm.acknowledgedAt))}`
    const name = alarm.acknowledgedBy
    return (
      <span className="dim">
        {(name ? t('alarm.acknowledgedBy', { name }) : t('alarm.acknowledged')) + at}
      </span>
    )
  }
  if (alarm.state === 'cleared' || !onAcknowledge) return null
  return (
    <button type="button" className="plain-button" disabled={busy} onClick={onAcknowledge}>
      {t('alarm.acknowledge')} {props.showKey && <span className="key">A</span>}
    </button>
  )
}

/** A on a row acknowledges that row; arrows move between rows. */
function useRowKeys(
  alarms: readonly AlarmView[],
  acknowledge: ((alarm: AlarmView) => void) | undefined,
  /** The row the hint stands on: A means it while no row has the focus. */
  marked: string | undefined,
): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const row = document.activeElement?.closest<HTMLElement>('[data-alarm-id]')
      const typing = document.activeElement?.matches('input, select, textarea')
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const rows = [...document.querySelectorAll<HTMLElement>('[data-alarm-id]')]
        const at = row ? rows.indexOf(row) : -1
        const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)]
        if (!next || document.activeElement?.matches('select, input')) return
        event.preventDefault()
        next.focus()
      } else if (event.key.toLowerCase() === 'a' && !typing) {
        const alarm = alarms.find(({ id }) => id === (row?.dataset['alarmId'] ?? marked))
        if (alarm && !alarm.acknowledged && alarm.state !== 'cleared') acknowledge?.(alarm)
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [alarms, acknowledge, marked])
}

export function AlarmTable({ alarms, places }: AlarmTableProps) {
  const { t, i18n } = useTranslation()
  const nowMs = useNow(1_000)
  const acknowledge = useAcknowledge()
  const may = useMay('alarms.acknowledge')
  const [focused, setFocused] = useState<string | undefined>(undefined)
  const waiting = alarms.filter((alarm) => !alarm.acknowledged && alarm.state !== 'cleared')
  const marked = (waiting.find(({ id }) => id === focused) ?? waiting[0])?.id
  useRowKeys(alarms, may ? acknowledge.mutate : undefined, marked)
  return (
    <>
      {acknowledge.isError && <p role="alert">{t('alarm.refused', { reason: acknowledge.error.message })}</p>}
      <table className="list alarm-list">
        <thead>
          <tr>
            <th scope="col">{t('alarms.alarm')}</th>
            <th scope="col">{t('alarms.patient')}</th>
            <th scope="col">{t('alarms.since')}</th>
            <th scope="col" className="end">
              {t('alarms.duration')}
            </th>
            <th scope="col">{t('alarms.answer')}</th>
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => {
            const raisedMs = Date.parse(alarm.raisedAt)
            const endMs = alarm.clearedAt === null ? nowMs : Date.parse(alarm.clearedAt)
            const place = places.get(alarm.patient)
            return (
              <tr
                key={alarm.id}
                data-alarm-id={alarm.id}
                data-priority={alarm.priority}
                data-over={alarm.state === 'cleared' || undefined}
                tabIndex={0}
                onFocus={() => setFocused(alarm.id)}
              >
                <td>
                  <span className="alarm-cell">
                    <AlarmMark alarm={alarm} />
                    <b>{alarm.text}</b>
                    {alarm.kind === 'technical' && <span className="dim">{t('alarm.kind.technical')}</span>}
                    {alarm.state !== 'active' && (
                      <span className="dim">{t(`alarm.state.${alarm.state}`)}</span>
                    )}
                  </span>
                </td>
                <td>
                  <Link to={`/patients/${alarm.patient}`}>{place?.patient.name ?? alarm.patient}</Link>{' '}
                  <span className="dim">{place?.bed}</span>
                </td>
                <td title={formatExact(raisedMs, i18n.language)}>{formatMoment(raisedMs, nowMs)}</td>
                <td className="end ltr">{formatCountUp(endMs - raisedMs)}</td>
                <td>
                  <Answer
                    alarm={alarm}
                    showKey={alarm.id === marked}
                    busy={acknowledge.isPending && acknowledge.variables.id === alarm.id}
                    onAcknowledge={may ? () => acknowledge.mutate(alarm) : undefined}
                  />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </>
  )
}
