/** Speaks alarms to a screen reader: a summary politely, a new high priority alarm at once. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmView } from '../../../src/monitoring/contract.ts'
import { useBoard } from '../api/board.ts'
import { useAlarmCounts, useAllAlarms } from '../live/use-live.ts'

export function AlarmAnnouncer() {
  const { t } = useTranslation()
  const counts = useAlarmCounts()
  const all = useAllAlarms()
  const { data } = useBoard()
  const known = useRef(new Set<string>())
  const [urgent, setUrgent] = useState<AlarmView | undefined>(undefined)
  useEffect(() => {
    const high = all.filter((alarm) => alarm.priority === 'high' && !alarm.acknowledged)
    const fresh = high.find((alarm) => !known.current.has(alarm.id))
    known.current = new Set(high.map((alarm) => alarm.id))
    if (fresh) setUrgent(fresh)
  }, [all])
  const bed = data?.tiles.find((tile) => tile.patient.id === urgent?.patient)?.bed ?? ''
  return (
    <>
      <p className="sr-only" aria-live="polite">
        {t('shell.alarmsSummary', { ...counts })}
      </p>
      <p className="sr-only" aria-live="assertive">
        {urgent && t('alarm.announce', { priority: t('alarm.priority.high'), bed, text: urgent.text })}
      </p>
    </>
  )
}
