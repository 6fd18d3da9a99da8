/** Stays while one is in the chart: who this is, what to know first, how they are. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BoardTile, ScoreView } from '../../../../src/monitoring/contract.ts'
import { useRecordList } from '../../../app/api/patient.ts'
import { useLinkState, useScore } from '../../../app/live/use-live.ts'
import { missingParts } from '../../../app/score-words.ts'
import { formatAge, formatSigned } from '../../../kit/format.ts'
import { wordsOf } from '../../../kit/reading-words.ts'

function Allergies({ patient }: { readonly patient: string }) {
  const { t } = useTranslation()
  const { data } = useRecordList(patient, 'AllergyIntolerance')
  if (!data) return null
  const known = data.map(({ text }) => text).join(', ')
  return (
    <span className="head-allergies" data-known={data.length > 0 || undefined} title={known}>
      <span className="dim">{t('chart.allergies')}</span> {known || t('chart.noAllergies')}
    </span>
  )
}

function ScoreParts({ score }: { readonly score: ScoreView }) {
  const { t } = useTranslation()
  const said = ({ metric, value }: ScoreView['parts'][number]): string => {
    if (value === null) return '–'
    const { text, unit } = wordsOf(t, metric, value)
    return unit === '' ? text : `${text} ${unit}`
  }
  return (
    <table className="score-parts">
      <caption className="sr-only">{t('score.parts')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('score.part')}</th>
          <th scope="col">{t('score.value')}</th>
          <th scope="col">{t('score.points')}</th>
          <th scope="col">{t('score.age')}</th>
        </tr>
      </thead>
      <tbody>
        {score.parts.map((part) => (
          <tr key={part.name} data-missing={part.points === null || undefined}>
            <th scope="row">{t(`score.partName.${part.name}`, { defaultValue: part.name })}</th>
            <td>{said(part)}</td>
            <td>{part.points ?? t('score.notCounted')}</td>
            <td>{part.ageSeconds === null ? '–' : formatAge(part.ageSeconds * 1_000)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function PatientHeader({ tile }: { readonly tile: BoardTile }) {
  const { t } = useTranslation()
  const { patient, bed, unit } = tile
  const link = useLinkState()
  const score = useScore(patient.id)
  const [open, setOpen] = useState(false)
  return (
    <header className="patient-head">
      <div className="patient-line">
        <span
          className="top-link"
          data-link={link}
          title={t(link === 'live' ? 'shell.live' : 'shell.offline')}
        >
          <span className="top-dot" aria-hidden="true" />
        </span>
        <h1>{patient.name}</h1>
        <span>
          {patient.ageYears ?? '–'} · {t(`sex.${patient.sex ?? 'unknown'}`)}
        </span>
        <span className="dim">
          {t('chart.bed', { bed })} · {unit.name}
        </span>
        <Allergies patient={patient.id} />
        {score ? (
          <button
            type="button"
            className="plain-button head-score"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <span className="dim">NEWS2</span>{' '}
            <b>
              {score.total}
              {score.complete ? '' : '+'}
            </b>
            <span>
              {t(`score.risk.${score.risk}`)}
              {score.changeInHour
                ? ` · ${t('score.hour', { change: formatSigned(score.changeInHour) })}`
                : ''}
              {score.complete ? '' : ` · ${missingParts(t, score)}`}
            </span>
          </button>
        ) : (
          <span className="dim">{t('score.none')}</span>
        )}
      </div>
      {open && score && <ScoreParts score={score} />}
    </header>
  )
}
