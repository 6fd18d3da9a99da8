/** What is measured now and then: pressure, temperature, oxygen, glucose, each with the time it was taken. */
import { useTranslation } from 'react-i18next'
import type { AlarmView } from '../../../../src/monitoring/contract.ts'
import { useMetrics, useVital } from '../../../app/live/use-live.ts'
import type { Vital } from '../../../app/live/vitals-store.ts'
import { formatClock } from '../../../kit/format.ts'
import { pressureText } from '../../../kit/pressure-text.ts'
import { wordsOf } from '../../../kit/reading-words.ts'
import { isPressure, slowMetrics } from './tile-numerics.ts'

interface ItemProps {
  readonly label: string
  readonly vital: Vital
  readonly text: string
  readonly unit?: string
  readonly alarm?: AlarmView | undefined
  readonly withTime?: boolean
}

function Item({ label, vital, text, unit, alarm, withTime }: ItemProps) {
  return (
    <span
      className="slow-item"
      data-freshness={vital.freshness}
      data-alarm={alarm?.priority}
      data-acknowledged={alarm?.acknowledged || undefined}
    >
      <span className="slow-label">{label}</span> <b>{text}</b>
      {unit && <span className="slow-unit"> {unit}</span>}
      {withTime && <span className="slow-time"> {formatClock(vital.measuredAtMs)}</span>}
    </span>
  )
}

export function SlowLine(props: { readonly patient: string; readonly alarms: readonly AlarmView[] }) {
  const { patient, alarms } = props
  const { t } = useTranslation()
  const present = useMetrics(patient)
  const systolic = useVital(patient, slowMetrics.systolic)
  const diastolic = useVital(patient, slowMetrics.diastolic)
  const mean = useVital(patient, slowMetrics.mean)
  const temperature = useVital(patient, slowMetrics.temperature)
  const glucose = useVital(patient, slowMetrics.glucose)
  const oxygen = useVital(patient, slowMetrics.oxygen.find((each) => present.includes(each)) ?? '')
  const consciousness = useVital(patient, slowMetrics.consciousness)
  const say = (vital: Vital) => (vital.value === null ? undefined : wordsOf(t, vital.metric, vital.value))
  const alarmOf = (metric: string) => alarms.find((alarm) => alarm.metric === metric)
  return (
    <div className="slow-line ltr">
      {systolic && (
        <Item
          label={t('reading.nibp')}
          vital={systolic}
          text={pressureText(systolic.value, diastolic?.value, mean?.value)}
          alarm={alarms.find((alarm) => isPressure(alarm.metric))}
          withTime
        />
      )}
      {temperature && (
        <Item
          label={t('reading.temperature')}
          vital={temperature}
          text={say(temperature)?.text ?? '–'}
          alarm={alarmOf(slowMetrics.temperature)}
        />
      )}
      {oxygen && (
        <Item
          label={t('reading.oxygen')}
          vital={oxygen}
          text={say(oxygen)?.text ?? '–'}
          unit={say(oxygen)?.unit ?? ''}
        />
      )}
      {consciousness?.value != null && consciousness.value > 0 && (
        <Item
          label={t('reading.consciousness')}
          vital={consciousness}
          text={say(consciousness)?.text ?? '–'}
          alarm={alarmOf(slowMetrics.consciousness)}
        />
      )}
      {glucose && (
        <Item
          label={t('reading.glucose')}
          vital={glucose}
          text={say(glucose)?.text ?? '–'}
          alarm={alarmOf(slowMetrics.glucose)}
          withTime
        />
      )}
    </div>
  )
}
