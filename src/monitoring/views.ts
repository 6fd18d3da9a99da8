import type { AlarmRecord } from './alarms/alarm-slot.ts'
import type { AlarmView, RuleView } from './contract.ts'
import type { AlarmRule } from './rule.ts'

export const alarmView = ({ judgedAt: _, version: __, ...view }: AlarmRecord): AlarmView => view

const rank = { high: 0, medium: 1, low: 2 } as const

/** Highest priority first, physiological before technical, not yet acknowledged first, newest first. */
export const byUrgency = (a: AlarmView, b: AlarmView): number =>
  rank[a.priority] - rank[b.priority] ||
  Number(a.kind === 'technical') - Number(b.kind === 'technical') ||
  Number(a.acknowledged) - Number(b.acknowledged) ||
  b.raisedAt.localeCompare(a.raisedAt)

export const ruleView = (rule: AlarmRule): RuleView => ({
  id: rule.id,
  title: rule.title,
  kind: rule.kind,
  priority: rule.priority,
  rationale: rule.rationale,
  references: rule.references,
  metric: rule.input?.metric ?? null,
  params: rule.params,
  latching: rule.latching,
  onMissing: rule.onMissing,
  inhibitedBy: rule.inhibitedBy,
})
