import { z } from 'zod'

const when = {
  /** Minutes after the device was switched on. */
  startMinute: z.number().min(0).default(0),
  durationSeconds: z.number().positive().max(86_400),
  /** Comes again so often; absent: once. */
  everyMinutes: z.number().positive().optional(),
}

/** What goes wrong with a device, as data. */
export const fault = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lead-off'), sensor: z.enum(['ecg', 'spo2']), ...when }),
  z.object({ kind: z.literal('motion'), strength: z.number().min(0).max(1), ...when }),
  /** The network is gone: the line breaks without farewell, readings are kept and sent after. */
  z.object({ kind: z.literal('drop-out'), ...when }),
  /** The network is gone and the device keeps nothing. */
  z.object({ kind: z.literal('silence'), ...when }),
  z.object({
    kind: z.literal('clock-skew'),
    offsetSeconds: z.number().min(-86_400).max(86_400),
    driftPpm: z.number().min(-500).max(500).default(0),
  }),
  z.object({
    kind: z.literal('battery'),
    startPercent: z.number().min(0).max(100),
    percentPerHour: z.number().min(0).max(6_000),
  }),
  /** A share of packs is sent twice. */
  z.object({ kind: z.literal('duplicates'), share: z.number().min(0).max(1) }),
  /** What was kept during a drop-out comes newest first. */
  z.object({ kind: z.literal('out-of-order') }),
])
export type Fault = z.infer<typeof fault>
type TimedFault = Extract<Fault, { durationSeconds: number }>

/** What the faults come to at one moment. */
export interface FaultState {
  readonly ecgOff: boolean
  readonly spo2Off: boolean
  readonly motion: number
  readonly unreachable: boolean
  readonly keepsNothing: boolean
}

export function faultStateAt(faults: readonly Fault[], minute: number): FaultState {
  const active = faults.filter((f): f is TimedFault => 'durationSeconds' in f && isActive(f, minute))
  return {
    ecgOff: active.some((f) => f.kind === 'lead-off' && f.sensor === 'ecg'),
    spo2Off: active.some((f) => f.kind === 'lead-off' && f.sensor === 'spo2'),
    motion: Math.max(0, ...active.map((f) => (f.kind === 'motion' ? f.strength : 0))),
    unreachable: active.some((f) => f.kind === 'drop-out' || f.kind === 'silence'),
    keepsNothing: active.some((f) => f.kind === 'silence'),
  }
}

function isActive(fault: TimedFault, minute: number): boolean {
  const since = minute - fault.startMinute
  if (since < 0) return false
  const within = fault.everyMinutes ? since % fault.everyMinutes : since
  return within * 60 < fault.durationSeconds
}

/** The device's clock less true time, seconds, after so many seconds. */
export function clockErrorS(faults: readonly Fault[], elapsedS: number): number {
  const skew = faults.find((f) => f.kind === 'clock-skew')
  return skew ? skew.offsetSeconds + elapsedS * skew.driftPpm * 1e-6 : 0
}

/** Percent left; a device without a battery fault is well charged and drains in two days. */
export function batteryPercent(faults: readonly Fault[], elapsedS: number): number {
  const battery = faults.find((f) => f.kind === 'battery') ?? { startPercent: 96, percentPerHour: 2 }
  return Math.max(1, battery.startPercent - (battery.percentPerHour * elapsedS) / 3_600)
}
