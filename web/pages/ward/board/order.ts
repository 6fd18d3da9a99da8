/** Who is worst, and how the board changes its order without moving anything under a hand or an eye. */
import type { AlarmView, BoardTile, ScoreView } from '../../../../src/monitoring/contract.ts'

export interface Standing {
  readonly alarms: readonly AlarmView[]
  readonly score: ScoreView | undefined
}

const unansweredWeight = 1
const priorityWeight = { high: 8, medium: 4, low: 2 } as const

/** Body alarms by priority, those not yet acknowledged first. */
function bodyRank(alarms: readonly AlarmView[]): number {
  let worst = 0
  for (const alarm of alarms) {
    if (alarm.kind !== 'physiological') continue
    worst = Math.max(worst, priorityWeight[alarm.priority] + (alarm.acknowledged ? 0 : unansweredWeight))
  }
  return worst
}

const naturally = new Intl.Collator('en', { numeric: true })

/** High alarms, then medium, then NEWS2, then technical trouble, then the bed. */
export function compareTiles(a: BoardTile, b: BoardTile, standingOf: (patient: string) => Standing): number {
  const left = standingOf(a.patient.id)
  const right = standingOf(b.patient.id)
  return (
    bodyRank(right.alarms) - bodyRank(left.alarms) ||
    (right.score?.total ?? -1) - (left.score?.total ?? -1) ||
    Number(right.alarms.length > 0) - Number(left.alarms.length > 0) ||
    naturally.compare(a.bed, b.bed) ||
    a.patient.id.localeCompare(b.patient.id)
  )
}

/** Score from which the Royal College asks for urgent review. */
const urgentScore = 5

export const isTrouble = ({ alarms, score }: Standing): boolean =>
  alarms.length > 0 || (score?.total ?? 0) >= urgentScore

/**
 * The next order: what is wanted, except that the one under attention keeps its place. Whoever is new is put where it
 * is wanted; whoever left is gone.
 */
export function arrange(
  shown: readonly string[],
  wanted: readonly string[],
  held: string | undefined,
): readonly string[] {
  const place = held === undefined ? -1 : shown.indexOf(held)
  if (place < 0 || !wanted.includes(held!)) return wanted
  const rest = wanted.filter((id) => id !== held)
  return [...rest.slice(0, place), held!, ...rest.slice(place)]
}
