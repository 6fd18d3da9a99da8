/** One patient: now, the hours before, the moment in question, and what the record says. */
import { useMemo, useState } from 'react'
import { useParams } from 'react-router'
import type { BoardTile } from '../../../../src/monitoring/contract.ts'
import { useBoard } from '../../../app/api/board.ts'
import { usePatientAlarms, useSeries } from '../../../app/api/patient.ts'
import { serverNowMs } from '../../../app/clock.ts'
import { useAlarmsOf } from '../../../app/live/use-live.ts'
import { AccessLine, ClosedRecord } from '../../../kit/break-glass/access-line.tsx'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { PatientHeader } from './patient-header.tsx'
import { Side } from './side.tsx'
import { Trends } from './trends.tsx'
import { VitalsNow } from './vitals-now.tsx'
import { Waveforms } from './waveforms.tsx'
import './chart.css'

const historyMs = 24 * 3_600_000

function Chart({ tile }: { readonly tile: BoardTile }) {
  const patient = tile.patient.id
  const series = useSeries(patient)
  const [sinceMs] = useState(() => serverNowMs() - historyMs)
  const history = usePatientAlarms(patient, sinceMs)
  const alarms = useAlarmsOf(patient)
  const [atMs, setAtMs] = useState<number | undefined>(undefined)
  const metrics = useMemo(
    () => [
      ...new Set(
        (series.data ?? [])
          .filter(
            ({ kind, metric }) =>
              (kind ?? (tile.waveforms.includes(metric) ? 'waveform' : 'numeric')) === 'numeric',
          )
          .map(({ metric }) => metric),
      ),
    ],
    [series.data, tile.waveforms],
  )
  return (
    <div className="chart">
      <PatientHeader tile={tile} />
      <AccessLine patient={patient} />
      <div className="chart-columns">
        <div className="chart-main">
          <VitalsNow patient={patient} alarms={alarms} />
          <Waveforms patient={patient} metrics={tile.waveforms} atMs={atMs} onMove={setAtMs} />
          <QueryStates query={series}>
            {() => (
              <Trends patient={patient} metrics={metrics} alarms={history.data ?? []} onPick={setAtMs} />
            )}
          </QueryStates>
        </div>
        <Side tile={tile} history={history.data ?? []} />
      </div>
    </div>
  )
}

export default function PatientChart() {
  const { id = '' } = useParams()
  const board = useBoard()
  return (
    <QueryStates query={board}>
      {(data) => {
        const tile = data.tiles.find(({ patient }) => patient.id === id)
        if (!tile) return <ClosedRecord patient={id} onBroken={() => void board.refetch()} />
        return <Chart key={id} tile={tile} />
      }}
    </QueryStates>
  )
}
