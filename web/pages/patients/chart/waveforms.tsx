/** The patient's waveforms: sweeping live, or standing still at an earlier moment. 25 mm are one second, as on paper. */
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNowMs } from '../../../app/clock.ts'
import { bufferOf, live, wall } from '../../../app/live/live.ts'
import { useTheme } from '../../../app/theme.ts'
import { formatClock } from '../../../kit/format.ts'
import { labelOf } from '../../../kit/parameters.ts'
import { SweepScreen } from '../../../kit/waveform/sweep-screen.tsx'
import { pixelsPerSecond } from './paper.ts'
import { WaveformHistory } from './waveform-history.tsx'

const historySeconds = 10

export interface WaveformsProps {
  readonly patient: string
  readonly metrics: readonly string[]
  /** Centre of what is shown; undefined: live. */
  readonly atMs: number | undefined
  readonly onMove: (atMs: number | undefined) => void
}

export function Waveforms({ patient, metrics, atMs, onMove }: WaveformsProps) {
  const { t } = useTranslation()
  const theme = useTheme()
  const [shown] = useState(3)
  const lanes = metrics.slice(0, shown)
  const names = lanes.join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` stands for the list.
  useEffect(() => live.wantWaveforms(lanes), [names])
  const rings = useCallback((metric: string) => bufferOf(patient, metric), [patient])
  const stepMs = historySeconds * 800
  const back = (): void => onMove((atMs ?? serverNowMs()) - stepMs)
  const forth = (): void => {
    const next = (atMs ?? serverNowMs()) + stepMs
    onMove(next > serverNowMs() - historySeconds * 500 ? undefined : next)
  }
  return (
    <section aria-labelledby="waveforms-title">
      <div className="chart-bar">
        <h2 id="waveforms-title">{t('chart.waveforms')}</h2>
        <span className="dim small ltr">
          25 mm/s · {t('chart.gain')}
          {atMs !== undefined && ` · ${formatClock(atMs, true)}`}
        </span>
        <button type="button" className="plain-button chart-push" onClick={back}>
          {t('chart.earlier')}
        </button>
        <button type="button" className="plain-button" disabled={atMs === undefined} onClick={forth}>
          {t('chart.later')}
        </button>
        <button
          type="button"
          className="plain-button"
          aria-pressed={atMs === undefined}
          onClick={() => onMove(undefined)}
        >
          {t('chart.live')}
        </button>
      </div>
      {lanes.length === 0 ? (
        <p className="dim">{t('chart.noWaveform')}</p>
      ) : (
        <div
          className="strip ltr"
          style={{ height: `${lanes.length * 84 + (atMs === undefined ? 0 : 20)}px` }}
        >
          {atMs === undefined ? (
            <div className="strip-live">
              <SweepScreen
                wall={wall}
                metrics={lanes}
                bufferOf={rings}
                speed={pixelsPerSecond}
                silentText={t('reading.noSignal')}
                description={t('board.waveforms', { list: lanes.map(labelOf).join(', ') })}
                theme={theme}
              />
            </div>
          ) : (
            <WaveformHistory
              key={theme}
              patient={patient}
              metrics={lanes}
              range={{ fromMs: atMs - historySeconds * 500, toMs: atMs + historySeconds * 500 }}
            />
          )}
        </div>
      )}
    </section>
  )
}
