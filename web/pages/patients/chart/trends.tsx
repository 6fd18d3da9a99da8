/** The patient's trends on one time axis: zoom by drag, the whole by double click, the cursor by mouse or arrows. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import uPlot from 'uplot'
import type { AlarmView } from '../../../../src/monitoring/contract.ts'
import { type TimeRange, useLimits, useTrends } from '../../../app/api/patient.ts'
import { useNow } from '../../../app/live/use-live.ts'
import { useTheme } from '../../../app/theme.ts'
import { Chips } from '../../../kit/chips.tsx'
import { Icon } from '../../../kit/icon.tsx'
import { saveFile } from '../../../kit/save-file.ts'
import { TrendChart } from '../../../kit/trend/trend-chart.tsx'
import { csvOf } from './csv.ts'
import { foldPulse, trendGroups } from './trend-groups.ts'
import { TrendTable } from './trend-table.tsx'
import { useTrendKeys } from './use-trend-keys.ts'

const hourMs = 3_600_000
const spans = { hour1: hourMs, hour8: 8 * hourMs, hour24: 24 * hourMs, day7: 168 * hourMs } as const
type Span = keyof typeof spans
const points = 600

export interface TrendsProps {
  readonly patient: string
  readonly metrics: readonly string[]
  readonly alarms: readonly AlarmView[]
  readonly onPick: (timeMs: number) => void
}

/** Moves on in steps of a thousandth of the span, so that an idle chart does not ask for everything each second. */
function useRange(span: Span, zoom: TimeRange | undefined): TimeRange {
  const stepMs = Math.max(15_000, spans[span] / 1_000)
  const nowMs = Math.ceil(useNow(15_000) / stepMs) * stepMs
  return useMemo(() => zoom ?? { fromMs: nowMs - spans[span], toMs: nowMs }, [zoom, nowMs, span])
}

export function Trends({ patient, metrics, alarms, onPick }: TrendsProps) {
  const { t } = useTranslation()
  const theme = useTheme()
  const [span, setSpan] = useState<Span>('hour8')
  const [zoom, setZoom] = useState<TimeRange | undefined>(undefined)
  const [table, setTable] = useState(false)
  const range = useRange(span, zoom)
  const limits = useLimits(patient)
  const groups = useMemo(() => trendGroups(metrics), [metrics])
  const flat = useMemo(() => groups.flat(), [groups])
  const answers = useTrends(patient, flat, range, points)
  const trends = answers.flatMap((answer) => answer.data ?? [])
  const zoomTo = useCallback((fromMs: number, toMs: number) => setZoom({ fromMs, toMs }), [])
  const stack = useRef<HTMLDivElement>(null)
  const syncKey = `chart ${patient}`
  const save = (): void => saveFile(`${patient}.csv`, csvOf(trends))
  const failed = answers.find((answer) => answer.isError)

  useTrendKeys({ stack, reset: () => setZoom(undefined), table: () => setTable(!table), save })
  useEffect(() => {
    const sync = uPlot.sync(syncKey)
    return () => {
      for (const plot of sync.plots) sync.unsub(plot)
    }
  }, [syncKey])

  const shown = groups
    .map((group) => group.flatMap((metric) => trends.find((trend) => trend.metric === metric) ?? []))
    .map(foldPulse)
    .filter((group) => group.some((trend) => trend.values.some((value) => value !== null)))

  return (
    <section aria-labelledby="trends-title">
      <div className="chart-bar">
        <h2 id="trends-title">{t('chart.trends')}</h2>
        <Chips
          label={t('chart.range')}
          options={(Object.keys(spans) as Span[]).map((id) => ({ id, text: t(`chart.${id}`) }))}
          chosen={zoom ? undefined : span}
          onChoose={(each) => {
            setSpan(each)
            setZoom(undefined)
          }}
        />
        {zoom && (
          <button type="button" className="plain-button" onClick={() => setZoom(undefined)}>
            {t('chart.reset')} <span className="key">0</span>
          </button>
        )}
        <button
          type="button"
          className="plain-button chart-push"
          aria-pressed={table}
          onClick={() => setTable(!table)}
        >
          <Icon name="table" size={16} /> {t('chart.table')} <span className="key">T</span>
        </button>
        <button type="button" className="plain-button" onClick={save}>
          <Icon name="download" size={16} /> {t('chart.csv')} <span className="key">C</span>
        </button>
      </div>
      {failed && trends.length === 0 && (
        <p role="alert">{t('state.errorText', { reason: failed.error?.message })}</p>
      )}
      {table ? (
        <TrendTable trends={trends} {...range} />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a set of charts is no set of fields.
        <div
          className="trend-stack"
          ref={stack}
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cursor here.
          tabIndex={0}
          aria-label={t('chart.trendHelp')}
          onDoubleClick={() => setZoom(undefined)}
        >
          {shown.length === 0 && <p className="dim trend-none">{t('chart.noTrend')}</p>}
          {shown.map((group, i) => (
            <TrendChart
              key={group.map(({ metric }) => metric).join(' ')}
              trends={group}
              {...range}
              limits={limits.get(group[0]!.metric)}
              alarms={alarms.filter((alarm) => group.some(({ metric }) => metric === alarm.metric))}
              syncKey={syncKey}
              theme={theme}
              last={i === shown.length - 1}
              onZoom={zoomTo}
              onPick={onPick}
            />
          ))}
        </div>
      )}
    </section>
  )
}
