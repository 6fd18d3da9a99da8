import type { PatientMonitoring, RuleView } from '../../../src/monitoring/contract.ts'

export interface Limits {
  readonly low?: number
  readonly high?: number
}

/** Of graded rules (low, very low) the innermost limit bounds the band. */
export function limitsOf(
  rules: readonly RuleView[],
  own: PatientMonitoring | undefined,
): ReadonlyMap<string, Limits> {
  const limits = new Map<string, { low?: number; high?: number }>()
  for (const rule of rules) {
    const value = own?.limits[rule.id]?.['limit'] ?? rule.params['limit']?.default
    if (rule.metric === null || value === undefined) continue
    const known = limits.get(rule.metric) ?? {}
    if (rule.id.endsWith('-low')) known.low = Math.max(known.low ?? value, value)
    else if (rule.id.endsWith('-high')) known.high = Math.min(known.high ?? value, value)
    else continue
    limits.set(rule.metric, known)
  }
  return limits
}
