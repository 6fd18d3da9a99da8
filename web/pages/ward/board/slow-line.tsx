/** What is measured now and then: pressure, temperature, oxygen, glucose, each with the time it was taken. */
import { useTranslation } from 'react-i18next'
import type { AlarmView } from '../../../../src/monitoring/contract.ts'
import { useMetrics, useVital } from '../../../app/live/use-live.ts'
import type { Vital } from '../../../app/live/vitals-store.ts'
import { formatClock, formatValue } from '../../../kit/format.ts'
import { decimalsOf } from '../../../kit/parameters.ts'
import { isPressure, slowMetrics } from './tile-numerics.ts'

const number = (vital: Vital | undefined): string =>
  vital?.value == null ? '–' : formatValue(vital.value, decimalsOf(vital.metric))

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
  const alarmOf = (metric: string) => alarms.find((alarm) => alarm.metric === metric)
  return (
    <div className="slow-line ltr">
      {systolic && (
        <Item
          label={t('reading.nibp')}
          vital={systolic}
          text={`${number(systolic)}/${number(diastolic)}${mean ? ` (${number(mean)})` : ''}`}
          alarm={alarms.find((alarm) => isPressure(alarm.metric))}
          withTime
        />
      )}
      {temperature && (
        <Item
          label={t('reading.temperature')}
          vital={temperature}
          text={number(temperature)}
          alarm={alarmOf(slowMetrics.temperature)}
        />
      )}
      {oxygen && <Item label={t('reading.oxygen')} vital={oxygen} text={number(oxygen)} unit="L/min" />}
      {glucose && (
        <Item
          label={t('reading.glucose')}
          vital={glucose}
          text={number(glucose)}
          alarm={alarmOf(slowMetrics.glucose)}
          withTime
        />
      )}
    </div>
  )
}
