/** All of the patient's current values, large, in the order a round reads them, each with its own freshness. */
import { useTranslation } from 'react-i18next'
import type { AlarmView } from '../../../../src/monitoring/contract.ts'
import { LiveNumeric } from '../../../app/live/live-numeric.tsx'
import { useMetrics, useNow, useVital } from '../../../app/live/use-live.ts'
import type { Vital } from '../../../app/live/vitals-store.ts'
import { formatAge } from '../../../kit/format.ts'
import { Numeric } from '../../../kit/numeric/numeric.tsx'
import { pressureText } from '../../../kit/pressure-text.ts'
import { trendGroups } from './trend-groups.ts'

const pressures = {
  cuff: ['systolic-bp', 'diastolic-bp', 'mean-bp'],
  arterial: ['arterial-systolic', 'arterial-diastolic', 'arterial-mean'],
} as const
const folded = new Set<string>([
  ...pressures.cuff,
  ...pressures.arterial,
  'pulse-rate',
  'heart-rate',
  'news2',
])

const streamed = new Set(['spo2', 'respiratory-rate'])

/** Younger than this a value is simply now. */
const isNowMs = 60_000
/** A pulse this near the heart rate says the same. */
const samePulse = 3

interface Props {
  readonly patient: string
  readonly alarms: readonly AlarmView[]
}

function useTaken(vital: Vital | undefined): string | undefined {
  const { t } = useTranslation()
  const nowMs = useNow(10_000)
  const ageMs = vital ? nowMs - vital.measuredAtMs : 0
  return ageMs > isNowMs ? t('devices.ago', { age: formatAge(ageMs) }) : undefined
}

function One({ patient, metric, alarms }: Props & { readonly metric: string }) {
  const taken = useTaken(useVital(patient, metric))
  const alarm = alarms.find((each) => each.metric === metric)
  return <LiveNumeric patient={patient} metric={metric} alarm={alarm} taken={taken} />
}

/** The heart rate, and the pulse rate beside it only where the two differ: then some beats do not arrive. */
function HeartRate(props: Props & { readonly present: readonly string[] }) {
  const heart = useVital(props.patient, 'heart-rate')?.value
  const pulse = useVital(props.patient, 'pulse-rate')?.value
  const differ = heart != null && pulse != null && Math.abs(heart - pulse) > samePulse
  const hasHeart = props.present.includes('heart-rate')
  return (
    <>
      {hasHeart && <One {...props} metric="heart-rate" />}
      {props.present.includes('pulse-rate') && (differ || !hasHeart) && (
        <One {...props} metric="pulse-rate" />
      )}
    </>
  )
}

function Pressure(props: Props & { readonly kind: keyof typeof pressures }) {
  const { t } = useTranslation()
  const { patient, alarms, kind } = props
  const [upper, lower, middle] = pressures[kind]
  const systolic = useVital(patient, upper)
  const diastolic = useVital(patient, lower)
  const mean = useVital(patient, middle)
  const taken = useTaken(systolic)
  if (!systolic) return null
  const alarm = alarms.find(({ metric }) => metric === upper || metric === lower || metric === middle)
  return (
    <Numeric
      metric={upper}
      label={t(kind === 'cuff' ? 'reading.nibp' : 'reading.arterial')}
      value={systolic.value}
      text={systolic.value === null ? '–' : pressureText(systolic.value, diastolic?.value, mean?.value)}
      freshness={systolic.freshness}
      age={systolic.age}
      reason={t('reading.noSignal')}
      taken={taken}
      alarm={alarm?.priority}
      acknowledged={alarm?.acknowledged}
    />
  )
}

export function VitalsNow(props: Props) {
  const present = useMetrics(props.patient)
  const others = trendGroups(present)
    .flat()
    .filter((metric) => !folded.has(metric))
  const early = others.filter((metric) => streamed.has(metric))
  const late = others.filter((metric) => !streamed.has(metric))
  // Air is said once, by whichever of flow and fraction the devices give.
  const shown = late.filter((metric) => metric !== 'inspired-oxygen' || !late.includes('oxygen-flow'))
  return (
    <div className="vitals-now">
      <HeartRate {...props} present={present} />
      {early.map((metric) => (
        <One key={metric} {...props} metric={metric} />
      ))}
      <Pressure {...props} kind="cuff" />
      <Pressure {...props} kind="arterial" />
      {shown.map((metric) => (
        <One key={metric} {...props} metric={metric} />
      ))}
    </div>
  )
}
