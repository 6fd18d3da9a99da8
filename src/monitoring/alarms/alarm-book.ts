import type { Micros } from '../../kernel/time.ts'
import { isoFromMicros } from '../../kernel/time.ts'
import type { Random } from '../../platform/random.ts'
import type { AlarmRule } from '../rule.ts'
import { type AlarmEvent, shownState, step } from './alarm.ts'
import type { AlarmRecord, AlarmSlot } from './alarm-slot.ts'
import type { AlarmWriter, TrailEvent } from './alarm-writer.ts'

export interface Moment {
  /** Server time, µs. */
  readonly now: Micros
  /** Measured time of what is judged, µs. */
  readonly measuredAt: number
  /** When what is judged was received, where it was; µs. */
  readonly receivedAt?: number
  readonly value: number
  readonly actor?: string
}

/**
 * The alarms that are not over, and who hides whom. Every change is made here and handed to the writer in order;
 * clients are told by the writer once it is durable.
 *
 * Invariants: a slot has an alarm exactly while its machine is raised; an inhibited alarm keeps its own state and
 * acknowledgement and is shown again the moment its inhibitor is not active any more.
 */
export class AlarmBook {
  readonly #writer: AlarmWriter
  readonly #random: Random
  readonly #slots = new Map<string, AlarmSlot>()
  readonly #byPatient = new Map<string, Set<AlarmSlot>>()

  constructor(deps: { readonly writer: AlarmWriter; readonly random: Random }) {
    this.#writer = deps.writer
    this.#random = deps.random
  }

  slotOf(alarmId: string): AlarmSlot | undefined {
    return this.#slots.get(alarmId)
  }

  slots(): IterableIterator<AlarmSlot> {
    return this.#slots.values()
  }

  /** Takes in an alarm that the store remembers. */
  restore(slot: AlarmSlot, alarm: AlarmRecord): void {
    slot.alarm = alarm
    slot.state = {
      ...slot.state,
      condition: alarm.state === 'active' ? 'present' : 'absent',
      judgedAt: alarm.judgedAt,
      raised: true,
      acknowledged: alarm.acknowledged,
    }
    this.#keep(slot, alarm)
  }

  /** Lets one event act on one slot. */
  apply(slot: AlarmSlot, event: AlarmEvent, moment: Moment): void {
    const [state, effects] = step(slot.state, event, slot.compiled.timing)
    slot.state = state
    for (const effect of effects) {
      if (effect === 'raised') this.#raise(slot, moment)
      else this.#change(slot, effect === 'cleared' && event.type === 'end' ? 'ended' : effect, moment)
    }
    if (effects.length > 0) this.#settleInhibition(slot.patient, moment.now)
  }

  #raise(slot: AlarmSlot, { now, measuredAt, receivedAt = now, value }: Moment): void {
    const { rule, limit } = slot.compiled
    const alarm: AlarmRecord = {
      id: this.#random.uuid(),
      patient: slot.patient,
      device: slot.device,
      metric: slot.metric,
      rule: rule.id,
      title: rule.title,
      kind: rule.kind,
      priority: rule.priority,
      state: 'active',
      acknowledged: false,
      acknowledgedBy: null,
      acknowledgedAt: null,
      raisedAt: isoFromMicros(now),
      clearedAt: null,
      value: Number.isNaN(value) ? null : value,
      limit: Number.isNaN(limit) ? null : limit,
      text: slot.describe(value),
      inhibitedBy: this.#inhibitorOf(slot)?.alarm?.id ?? null,
      judgedAt: measuredAt,
      version: 1,
    }
    slot.alarm = alarm
    this.#keep(slot, alarm)
    this.#writer.write(alarm, 'raised', { now, since: receivedAt, actor: null })
  }

  #change(slot: AlarmSlot, event: TrailEvent, moment: Moment): void {
    const before = slot.alarm
    if (!before) return
    const over = event === 'cleared' || event === 'ended'
    const at = isoFromMicros(moment.now)
    const alarm: AlarmRecord = {
      ...before,
      state: over ? 'cleared' : (shownState(slot.state) ?? before.state),
      clearedAt: over ? at : null,
      ...(event === 'acknowledged'
        ? { acknowledged: true, acknowledgedBy: moment.actor ?? 'system', acknowledgedAt: at }
        : { judgedAt: Math.max(before.judgedAt, moment.measuredAt) }),
      ...(over ? { inhibitedBy: null } : {}),
      version: before.version + 1,
    }
    slot.alarm = over ? undefined : alarm
    if (over) this.#drop(slot, alarm.id)
    this.#writer.write(alarm, event, { now: moment.now, actor: moment.actor ?? null })
  }

  /** Shows and hides until nothing changes; a hidden parent still hides its children while it is active. */
  #settleInhibition(patient: string, now: Micros): void {
    for (const slot of this.#byPatient.get(patient) ?? []) {
      const before = slot.alarm
      if (!before || slot.compiled.rule.inhibitedBy.length === 0) continue
      const inhibitedBy = this.#inhibitorOf(slot)?.alarm?.id ?? null
      if (inhibitedBy === before.inhibitedBy) continue
      const alarm = { ...before, inhibitedBy, version: before.version + 1 }
      slot.alarm = alarm
      this.#writer.write(alarm, inhibitedBy === null ? 'uninhibited' : 'inhibited', { now, actor: null })
    }
  }

  #inhibitorOf(child: AlarmSlot): AlarmSlot | undefined {
    const { rule } = child.compiled
    if (rule.inhibitedBy.length === 0) return undefined
    for (const slot of this.#byPatient.get(child.patient) ?? []) {
      if (slot !== child && slot.alarm?.state === 'active' && hides(slot, child, rule)) return slot
    }
    return undefined
  }

  #keep(slot: AlarmSlot, alarm: AlarmRecord): void {
    this.#slots.set(alarm.id, slot)
    const ofPatient = this.#byPatient.get(slot.patient) ?? new Set()
    ofPatient.add(slot)
    this.#byPatient.set(slot.patient, ofPatient)
  }

  #drop(slot: AlarmSlot, id: string): void {
    this.#slots.delete(id)
    this.#byPatient.get(slot.patient)?.delete(slot)
  }
}

function hides(parent: AlarmSlot, child: AlarmSlot, childRule: AlarmRule): boolean {
  if (!childRule.inhibitedBy.includes(parent.compiled.rule.id)) return false
  if (childRule.inhibitedWithin === 'patient') return true
  if (parent.device !== child.device) return false
  return childRule.inhibitedWithin === 'device' || parent.metric === child.metric || parent.metric === null
}
