/** Alarms and scores by patient, outside React. Lists are replaced only when they change, so snapshots stay equal. */
import type { AlarmView, ScoreView } from '../../../src/monitoring/contract.ts'

const priorityRank = { high: 0, medium: 1, low: 2 } as const

/** Highest first: not acknowledged, priority, body before technology, oldest. */
export function compareAlarms(a: AlarmView, b: AlarmView): number {
  return (
    priorityRank[a.priority] - priorityRank[b.priority] ||
    Number(a.acknowledged) - Number(b.acknowledged) ||
    Number(a.kind === 'technical') - Number(b.kind === 'technical') ||
    a.raisedAt.localeCompare(b.raisedAt) ||
    a.id.localeCompare(b.id)
  )
}

/** An alarm that stands behind its cause or its graver form waits until that one goes. */
const isShown = (alarm: AlarmView): boolean => alarm.state !== 'cleared' && alarm.inhibitedBy == null

export interface AlarmCounts {
  readonly high: number
  readonly medium: number
  readonly low: number
}

export function createAlarmStore() {
  const byId = new Map<string, AlarmView>()
  const byPatient = new Map<string, readonly AlarmView[]>()
  const scores = new Map<string, ScoreView>()
  const listeners = new Set<() => void>()
  const none: readonly AlarmView[] = []
  let all: readonly AlarmView[] = none
  let counts: AlarmCounts = { high: 0, medium: 0, low: 0 }

  const recount = (): void => {
    all = [...byId.values()].sort(compareAlarms)
    const next = { high: 0, medium: 0, low: 0 }
    for (const alarm of all) if (!alarm.acknowledged) next[alarm.priority] += 1
    counts = next
    for (const listener of listeners) listener()
  }

  const regroup = (patient: string): void => {
    const list = [...byId.values()].filter((alarm) => alarm.patient === patient).sort(compareAlarms)
    if (list.length === 0) byPatient.delete(patient)
    else byPatient.set(patient, list)
  }

  return {
    /** The whole truth, from the board: what is not in it has cleared. */
    replaceAll(alarms: readonly AlarmView[], newScores: readonly ScoreView[]): void {
      const touched = new Set([...byId.values()].map((alarm) => alarm.patient))
      byId.clear()
      for (const alarm of alarms) {
        if (!isShown(alarm)) continue
        byId.set(alarm.id, alarm)
        touched.add(alarm.patient)
      }
      for (const patient of touched) regroup(patient)
      for (const score of newScores) scores.set(score.patient, score)
      recount()
    },
    put(alarm: AlarmView): void {
      if (!isShown(alarm)) byId.delete(alarm.id)
      else byId.set(alarm.id, alarm)
      regroup(alarm.patient)
      recount()
    },
    putScore(score: ScoreView): void {
      scores.set(score.patient, score)
      for (const listener of listeners) listener()
    },
    of: (patient: string): readonly AlarmView[] => byPatient.get(patient) ?? none,
    scoreOf: (patient: string): ScoreView | undefined => scores.get(patient),
    all: (): readonly AlarmView[] => all,
    counts: (): AlarmCounts => counts,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export type AlarmStore = ReturnType<typeof createAlarmStore>
