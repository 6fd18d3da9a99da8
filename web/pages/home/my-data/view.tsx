/** A patient's own page: what was measured, when, and what it means, in plain words. */
import { useTranslation } from 'react-i18next'
import { useBoard } from '../../../app/api/board.ts'
import { useMetrics, useNow, useVital } from '../../../app/live/use-live.ts'
import { usePreferences } from '../../../app/preferences.ts'
import { useMe } from '../../../app/session/use-session.ts'
import { formatAge, formatValue } from '../../../kit/format.ts'
import { decimalsOf, unitTextOf } from '../../../kit/parameters.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { StateMessage } from '../../../kit/states/state-message.tsx'
import { placeOf, shownIn } from './meaning.ts'
import './my-data.css'

const told = [
  'heart-rate',
  'pulse-rate',
  'spo2',
  'respiratory-rate',
  'systolic-bp',
  'body-temperature',
  'glucose',
] as const

function Measurement({
  patient,
  metric,
}: {
  readonly patient: string
  readonly metric: (typeof told)[number]
}) {
  const { t } = useTranslation()
  const vital = useVital(patient, metric)
  const lower = useVital(patient, 'diastolic-bp')
  const choice = usePreferences()
  const nowMs = useNow(10_000)
  if (vital?.value == null) return null
  const otherwise = { decimals: decimalsOf(metric), unit: unitTextOf(metric) }
  const shown = shownIn(metric, vital.value, otherwise, choice)
  const place = placeOf(metric, vital.value)
  const number = formatValue(shown.value, shown.decimals)
  const isPressure = metric === 'systolic-bp'
  return (
    <li className="mine" data-freshness={vital.freshness}>
      <div className="mine-words">
        <h2>{t(`me.name.${metric}`)}</h2>
        <p>{t(`me.meaning.${metric}`)}</p>
        <p className="dim small">{t('me.measured', { age: formatAge(nowMs - vital.measuredAtMs) })}</p>
      </div>
      <p className="mine-value ltr">
        <b>{isPressure && lower?.value != null ? `${number}/${formatValue(lower.value, 0)}` : number}</b>{' '}
        <span className="dim">{shown.unit}</span>
        {place && <span className="mine-place">{t(`me.${place}`)}</span>}
      </p>
    </li>
  )
}

function Measurements({ patient }: { readonly patient: string }) {
  const { t } = useTranslation()
  const present = useMetrics(patient)
  const shown = told.filter(
    (metric) => present.includes(metric) && (metric !== 'pulse-rate' || !present.includes('heart-rate')),
  )
  if (shown.length === 0)
    return <StateMessage kind="empty" title={t('me.emptyTitle')} text={t('me.emptyText')} />
  return (
    <ul>
      {shown.map((metric) => (
        <Measurement key={metric} patient={patient} metric={metric} />
      ))}
    </ul>
  )
}

export default function MyData() {
  const { t } = useTranslation()
  const me = useMe()
  const board = useBoard()
  return (
    <div className="page my-data">
      <h1>{t('me.title')}</h1>
      <p className="dim">{t('me.intro')}</p>
      <QueryStates query={board}>{() => <Measurements patient={me?.patient ?? ''} />}</QueryStates>
      <p className="my-help">{t('me.help')}</p>
    </div>
  )
}
