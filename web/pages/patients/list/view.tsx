/** Everyone the person may see, to find one by name or bed. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { BoardTile } from '../../../../src/monitoring/contract.ts'
import { useBoard } from '../../../app/api/board.ts'
import { useAlarmsOf, useScore } from '../../../app/live/use-live.ts'
import { AlarmMark } from '../../../kit/alarm/alarm-strip.tsx'
import { formatPatientLine } from '../../../kit/format.ts'
import { matchesText } from '../../../kit/matches-text.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import '../../alarms/list/alarms.css'

function Row({ tile }: { readonly tile: BoardTile }) {
  const alarms = useAlarmsOf(tile.patient.id)
  const score = useScore(tile.patient.id)
  const worst = alarms[0]
  return (
    <tr data-priority={worst?.priority}>
      <td>
        <Link to={`/patients/${tile.patient.id}`}>{tile.patient.name}</Link>{' '}
        <span className="dim ltr">{formatPatientLine(tile.patient.ageYears, tile.patient.sex)}</span>
      </td>
      <td>{tile.bed}</td>
      <td>{tile.unit.name}</td>
      <td className="end">{score ? score.total : <span className="dim">–</span>}</td>
      <td>
        {worst && (
          <span className="alarm-cell">
            <AlarmMark alarm={worst} />
            {worst.text}
          </span>
        )}
      </td>
    </tr>
  )
}

export default function Patients() {
  const { t } = useTranslation()
  const board = useBoard()
  const [text, setText] = useState('')
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('rooms.patients')}</h1>
        <input
          type="search"
          className="field push"
          placeholder={t('patients.filter')}
          aria-label={t('patients.filter')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <QueryStates
        query={board}
        isEmpty={(data) => data.tiles.length === 0}
        empty={{ title: t('patients.emptyTitle'), text: t('patients.emptyText') }}
      >
        {(data) => (
          <table className="list alarm-list">
            <thead>
              <tr>
                <th scope="col">{t('patients.name')}</th>
                <th scope="col">{t('patients.bed')}</th>
                <th scope="col">{t('patients.unit')}</th>
                <th scope="col" className="end">
                  {t('patients.score')}
                </th>
                <th scope="col">{t('patients.alarms')}</th>
              </tr>
            </thead>
            <tbody>
              {data.tiles
                .filter((tile) => matchesText(`${tile.patient.name} ${tile.bed} ${tile.unit.name}`, text))
                .sort((a, b) => a.patient.name.localeCompare(b.patient.name))
                .map((tile) => (
                  <Row key={tile.patient.id} tile={tile} />
                ))}
            </tbody>
          </table>
        )}
      </QueryStates>
    </div>
  )
}
