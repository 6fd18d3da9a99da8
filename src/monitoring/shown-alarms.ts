import type { AlarmRecord } from './alarms/alarm-slot.ts'
import type { AlarmView } from './contract.ts'
import { alarmView, byUrgency } from './views.ts'

/** The alarms that clients are shown: durable, not over, not inhibited; by patient, most urgent first. */
export class ShownAlarms {
  readonly #byPatient = new Map<string, readonly AlarmView[]>()

  of(patient: string): readonly AlarmView[] {
    return this.#byPatient.get(patient) ?? []
  }

  counts(): Readonly<Record<AlarmView['priority'], number>> {
    const counts = { high: 0, medium: 0, low: 0 }
    for (const alarms of this.#byPatient.values()) for (const { priority } of alarms) counts[priority]++
    return counts
  }

  /** @returns whether clients must be told: an alarm that was hidden all along is nobody's news. */
  take(alarm: AlarmRecord): boolean {
    const before = this.of(alarm.patient)
    const others = before.filter(({ id }) => id !== alarm.id)
    const shown = alarm.state !== 'cleared' && alarm.inhibitedBy === null
    const after = shown ? [...others, alarmView(alarm)].sort(byUrgency) : others
    if (after.length === 0) this.#byPatient.delete(alarm.patient)
    else this.#byPatient.set(alarm.patient, after)
    return shown || others.length < before.length
  }
}
