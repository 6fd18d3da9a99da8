import { ok, type Result, refused } from '../kernel/problem.ts'
import type { Micros } from '../kernel/time.ts'
import type { PatientMonitoring } from './contract.ts'
import type { Limits } from './judge/compile.ts'
import { problems } from './problems.ts'
import type { AlarmRule } from './rule.ts'
import type { MonitoringStore } from './store.ts'

/** How each patient is watched: in memory for the hot path, durable before it takes effect. */
export class Settings {
  readonly #store: MonitoringStore
  readonly #rules: ReadonlyMap<string, AlarmRule>
  readonly #ofPatient = new Map<string, PatientMonitoring>()

  constructor(deps: { readonly store: MonitoringStore; readonly rules: ReadonlyMap<string, AlarmRule> }) {
    this.#store = deps.store
    this.#rules = deps.rules
  }

  async load(): Promise<void> {
    for (const each of await this.#store.monitoringOfAll()) this.#ofPatient.set(each.patient, each)
  }

  of(patient: string): PatientMonitoring {
    return this.#ofPatient.get(patient) ?? { patient, limits: {}, spo2Scale: 1, version: 0 }
  }

  /** `next.version` is the version that was read. */
  async change(
    next: PatientMonitoring,
    by: { readonly at: Micros; readonly actor: string; readonly reason: string | null },
  ): Promise<Result<PatientMonitoring>> {
    const problem = wrongLimit(this.#rules, next.limits)
    if (problem) return refused(problem)
    if (next.version !== this.of(next.patient).version) return refused(problems.monitoringChanged())
    const saved = await this.#store.saveMonitoring({ ...next, version: next.version + 1 }, by)
    if (!saved) return refused(problems.monitoringChanged())
    this.#ofPatient.set(saved.patient, saved)
    return ok(saved)
  }
}

function wrongLimit(rules: ReadonlyMap<string, AlarmRule>, limits: Limits) {
  for (const [ruleId, params] of Object.entries(limits)) {
    for (const [name, value] of Object.entries(params)) {
      const rule = rules.get(ruleId)
      const param = rule && Object.hasOwn(rule.params, name) ? rule.params[name] : undefined
      if (!param) return problems.limitUnknown(`${ruleId}.${name}`)
      if (!(value >= param.min && value <= param.max)) {
        return problems.limitOutOfBounds(`${ruleId}.${name}`, param.min, param.max)
      }
    }
  }
  return undefined
}
