import { addMs, type Micros } from '../../kernel/time.ts'
import { FakeClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { quality, type SampleBatch } from '../../telemetry/model.ts'
import { AlarmBook } from '../alarms/alarm-book.ts'
import type { AlarmRecord } from '../alarms/alarm-slot.ts'
import type { TrailEvent } from '../alarms/alarm-writer.ts'
import { Engine } from '../engine.ts'
import type { Limits } from '../judge/compile.ts'
import type { AlarmRule } from '../rule.ts'
import { FakeDevices } from './fake-devices.ts'
import { FakeTelemetry } from './fake-telemetry.ts'

export interface WardEvent {
  readonly second: number
  readonly rule: string
  readonly event: TrailEvent
  readonly kind: AlarmRecord['kind']
  readonly alarm: AlarmRecord
}

export const oneSample = (
  series: number,
  measuredAt: number,
  receivedAt: number,
  value: number,
  bits: number,
): SampleBatch => ({
  count: 1,
  series: Uint32Array.of(series),
  measuredAt: Float64Array.of(measuredAt),
  receivedAt: Float64Array.of(receivedAt),
  value: Float64Array.of(value),
  quality: Uint8Array.of(bits),
})

/** The real engine, book and rules on a clock that is stepped, driven by the series notation of the rules' cases. */
export function ruleWard(rules: ReadonlyMap<string, AlarmRule>, limits: Limits = {}) {
  const clock = new FakeClock()
  const startedAt = clock.now()
  const telemetry = new FakeTelemetry()
  const devices = new FakeDevices(clock)
  devices.put('dev-1', 'Monitor 1', 'p1')
  const events: WardEvent[] = []
  let alarms = 0
  const secondOf = (at: Micros): number => Math.floor((at - startedAt) / 1e6)
  const book = new AlarmBook({
    random: {
      uuid: () => `00000000-0000-4000-8000-${String(++alarms).padStart(12, '0')}`,
      secret: () => '',
    },
    writer: {
      write: (alarm, event, { now }) =>
        events.push({ second: secondOf(now), rule: alarm.rule, event, kind: alarm.kind, alarm }),
      settled: async () => {},
      close: async () => {},
    },
  })
  const engine = new Engine({
    telemetry,
    devices,
    clock,
    book,
    rules,
    log: silentLog,
    limitsOf: () => limits,
    scores: { takes: () => false, reading() {}, batchEnds() {} },
  })
  engine.start(0)

  function send(metric: string, value: number, bits: number = quality.good, ageS = 0): void {
    const now = clock.now()
    const series = telemetry.addSeries('p1', 'dev-1', metric)
    telemetry.store(oneSample(series, now - ageS * 1e6, now, value, bits))
  }

  /** Plays `97x5 _x3 off .x20 on`; each sample is followed by `everyS` seconds in which the timers run. */
  function play(metric: string, notation: string, everyS = 1): readonly WardEvent[] {
    for (const token of notation.split(' ')) {
      if (token === 'off') devices.disconnected('dev-1')
      else if (token === 'on') devices.connected('dev-1')
      else {
        const [what, times = '1'] = token.split('x') as [string, string?]
        for (let i = 0; i < Number(times); i++) {
          if (what === '_') send(metric, Number.NaN, quality.missing)
          else if (what === '!') send(metric, Number.NaN, quality.leadOff | quality.missing)
          else if (what.startsWith('~')) send(metric, Number(what.slice(1)), quality.good, 3_600)
          else if (what !== '.') send(metric, Number(what))
          clock.advanceMs(everyS * 1_000)
        }
      }
    }
    return events
  }
  return {
    clock,
    telemetry,
    devices,
    engine,
    book,
    events,
    send,
    play,
    at: (s: number) => addMs(startedAt, s * 1_000),
  }
}
