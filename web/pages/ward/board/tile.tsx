/** One patient on the board: who, how they are, and the one thing that needs an answer. */
import { memo, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmView, BoardTile } from '../../../../src/monitoring/contract.ts'
import { bufferOf, wall } from '../../../app/live/live.ts'
import { LiveNumeric } from '../../../app/live/live-numeric.tsx'
import { useAlarmsOf, useMetrics, useNow, useScore } from '../../../app/live/use-live.ts'
import { useTheme } from '../../../app/theme.ts'
import { AlarmMark, AlarmStrip } from '../../../kit/alarm/alarm-strip.tsx'
import { formatPatientLine } from '../../../kit/format.ts'
import { labelOf } from '../../../kit/parameters.ts'
import { SweepScreen } from '../../../kit/waveform/sweep-screen.tsx'
import { ScoreMark } from './score-mark.tsx'
import { SlowLine } from './slow-line.tsx'
import { largeMetrics } from './tile-numerics.ts'

export type TileSize = 'full' | 'compact' | 'line'

export interface TileProps {
  readonly tile: BoardTile
  readonly size: TileSize
  readonly selected: boolean
  readonly onSelect: (patient: string) => void
  readonly onAcknowledge: ((alarm: AlarmView) => void) | undefined
  readonly acknowledging: string | undefined
  /** On a phone a row opens and closes. */
  readonly onToggle?: ((patient: string) => void) | undefined
  readonly open?: boolean
}

function LiveStrip(
  props: Pick<TileProps, 'onAcknowledge' | 'acknowledging' | 'selected'> & { alarms: readonly AlarmView[] },
) {
  const nowMs = useNow(1_000)
  const { alarms, acknowledging } = props
  return (
    <AlarmStrip
      alarms={alarms}
      nowMs={nowMs}
      onAcknowledge={props.onAcknowledge}
      busy={alarms.some((alarm) => alarm.id === acknowledging)}
      showKey={props.selected}
    />
  )
}

/** The family name is never cut before the given one. */
function PatientName({ name }: { readonly name: string }) {
  const comma = name.indexOf(',')
  if (comma < 0) return <span className="tile-family">{name}</span>
  return (
    <>
      <span className="tile-family">{name.slice(0, comma + 1)}</span>{' '}
      <span className="tile-given">{name.slice(comma + 1).trim()}</span>
    </>
  )
}

function TileHead({ tile, size, alarms, ...props }: TileProps & { readonly alarms: readonly AlarmView[] }) {
  const { t } = useTranslation()
  const score = useScore(tile.patient.id)
  const worst = alarms[0]
  return (
    <header className="tile-head">
      <span className="tile-bed">{tile.bed}</span>
      <span className="tile-who">
        <Link to={`/patients/${tile.patient.id}`} className="tile-name" tabIndex={props.selected ? 0 : -1}>
          <PatientName name={tile.patient.name} />
        </Link>
        <span className="tile-age ltr">{formatPatientLine(tile.patient.ageYears, tile.patient.sex)}</span>
      </span>
      {tile.simulated && (
        <span className="sim-mark" title={t('simulated.tile')}>
          {t('simulated.short')}
        </span>
      )}
      {size === 'line' && worst && <AlarmMark alarm={worst} />}
      <ScoreMark score={score} />
    </header>
  )
}

export const Tile = memo(function Tile(props: TileProps) {
  const { tile, size, selected, onSelect } = props
  const { t } = useTranslation()
  const patient = tile.patient.id
  const alarms = useAlarmsOf(patient)
  const present = useMetrics(patient)
  const theme = useTheme()
  const rings = useCallback((metric: string) => bufferOf(patient, metric), [patient])
  const waveforms = tile.waveforms.slice(0, size === 'full' ? 3 : 2)
  const silent = tile.readings.length === 0 && present.length === 0
  const showWaves = size !== 'line' && waveforms.length > 0
  const alarmOf = (metric: string) => alarms.find((alarm) => alarm.metric === metric)

  return (
    <article
      className="tile"
      id={`tile-${patient}`}
      data-patient={patient}
      data-size={size}
      data-worst={alarms[0]?.priority}
      data-open={props.open || undefined}
      aria-label={t('board.tileLabel', { bed: tile.bed, name: tile.patient.name })}
      aria-current={selected || undefined}
      tabIndex={selected ? 0 : -1}
      onFocus={() => onSelect(patient)}
    >
      <TileHead {...props} alarms={alarms} />
      {silent ? (
        <p className="tile-silent">{t(size === 'line' ? 'reading.none' : 'board.noDevice')}</p>
      ) : (
        <div className="tile-body" data-waves={showWaves || undefined}>
          {showWaves && (
            <SweepScreen
              wall={wall}
              metrics={waveforms}
              bufferOf={rings}
              silentText={t('reading.noSignal')}
              description={t('board.waveforms', { list: waveforms.map(labelOf).join(', ') })}
              theme={theme}
            />
          )}
          <div className="tile-numerics">
            {largeMetrics(present).map((metric) => (
              <LiveNumeric key={metric} patient={patient} metric={metric} alarm={alarmOf(metric)} />
            ))}
          </div>
        </div>
      )}
      {size === 'full' && !silent && <SlowLine patient={patient} alarms={alarms} />}
      {size !== 'line' && alarms.length > 0 && (
        <LiveStrip
          alarms={alarms}
          onAcknowledge={props.onAcknowledge}
          acknowledging={props.acknowledging}
          selected={selected}
        />
      )}
      {props.onToggle && (
        <button
          type="button"
          className="tile-toggle"
          aria-expanded={props.open ?? false}
          onClick={() => props.onToggle?.(patient)}
        >
          <span className="sr-only">
            {t(props.open ? 'board.fold' : 'board.unfold', { name: tile.patient.name })}
          </span>
        </button>
      )}
    </article>
  )
})
