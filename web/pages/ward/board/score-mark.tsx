/** NEWS2 with its change in an hour. Grey by itself: colour is for alarms; weight and the filled shape say how high. */
import { useTranslation } from 'react-i18next'
import type { ScoreView } from '../../../../src/monitoring/contract.ts'

export function ScoreMark({ score }: { readonly score: ScoreView | undefined }) {
  const { t } = useTranslation()
  if (!score) return <span className="score" data-risk="none" />
  const change = score.changeInHour
  const arrow = !change ? '' : change > 0 ? `↑${change}` : `↓${-change}`
  const missing = score.missing.length
  const words = t('score.words', { total: score.total, risk: t(`score.risk.${score.risk}`) })
  return (
    <span
      className="score ltr"
      data-risk={score.risk}
      title={missing > 0 ? `${words} · ${t('score.missing', { count: missing })}` : words}
    >
      <span className="score-label">NEWS2</span>
      <b className="score-total">{score.total}</b>
      <span className="score-change">{score.complete ? arrow : `? ${arrow}`}</span>
    </span>
  )
}
