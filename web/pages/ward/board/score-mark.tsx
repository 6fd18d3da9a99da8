/** NEWS2 with its change in an hour. Grey by itself: colour is for alarms; weight and the filled shape say how high. */
import { useTranslation } from 'react-i18next'
import type { ScoreView } from '../../../../src/monitoring/contract.ts'
import { missingParts } from '../../../app/score-words.ts'

export function ScoreMark({ score }: { readonly score: ScoreView | undefined }) {
  const { t } = useTranslation()
  if (!score) return <span className="score" data-risk="none" />
  const change = score.changeInHour
  const words = t('score.words', { total: score.total, risk: t(`score.risk.${score.risk}`) })
  return (
    <span
      className="score ltr"
      data-risk={score.risk}
      title={score.complete ? words : `${words} · ${missingParts(t, score)}`}
    >
      <span className="score-label">NEWS2</span>
      {change ? <span className="score-change">{change > 0 ? `↑${change}` : `↓${-change}`}</span> : null}
      <b className="score-total">
        {score.total}
        {!score.complete && (
          <>
            <span aria-hidden="true">+</span>
            <span className="sr-only">{missingParts(t, score)}</span>
          </>
        )}
      </b>
    </span>
  )
}
