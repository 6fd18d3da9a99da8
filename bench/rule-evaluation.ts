/**
 * Figure `rule-evaluation`: readings judged a second on one core, all shipped rules on, 1,000 patients × 8 metrics at
 * 1 Hz; values wander within normal, for one patient in fifty beyond it for half of each minute. Compared with the
 * state machine stepped for every rule at every reading, which is what the monitor's quiet path saves.
 * `rule-evaluation-with-scores` is the same with NEWS2 worked out as well.
 * Processor time, collection of garbage included, so that other work on the machine does not count.
 */

import { type AlarmState, quietState, step } from '../src/monitoring/alarms/alarm.ts'
import { AlarmBook } from '../src/monitoring/alarms/alarm-book.ts'
import { Engine } from '../src/monitoring/engine.ts'
import { type CompiledRule, compileRule, verdictOf } from '../src/monitoring/judge/compile.ts'
import { type AlarmRule, metricsOf } from '../src/monitoring/rule.ts'
import { sweepRules } from '../src/monitoring/rule-book.ts'
import { ScoreKeeper } from '../src/monitoring/scores/score-keeper.ts'
import { FakeDevices } from '../src/monitoring/tests/fake-devices.ts'
import { FakeTelemetry } from '../src/monitoring/tests/fake-telemetry.ts'
import { FakeClock } from '../src/platform/clock.ts'
import { silentLog } from '../src/platform/log.ts'
import { systemRandom } from '../src/platform/random.ts'
import type { SampleBatch } from '../src/telemetry/model.ts'

const patients = 1_000
const normal = {
  'heart-rate': 76,
  'pulse-rate': 76,
  spo2: 97,
  'respiratory-rate': 16,
  'arterial-systolic': 122,
  'arterial-diastolic': 74,
  'arterial-mean': 90,
  'body-temperature': 37,
} as const
const metricIds = Object.keys(normal) as (keyof typeof normal)[]

const rounds = 6
const roundSeconds = 50

/** Readings judged a second, by round, sorted; the first round warms up. */
async function measure(what: 'engine' | 'engine-with-scores' | 'stepped'): Promise<readonly number[]> {
  const withScores = what === 'engine-with-scores'
  const clock = new FakeClock()
  const telemetry = new FakeTelemetry()
  const rules = await sweepRules()
  const book = new AlarmBook({
    random: systemRandom,
    writer: { write() {}, settled: async () => {}, close: async () => {} },
  })
  const keeper = new ScoreKeeper({
    telemetry: { ...telemetry, seriesId: async () => 0, append: async () => {} } as unknown as FakeTelemetry,
    clock,
    log: silentLog,
    spo2ScaleOf: () => 1,
    changed() {},
  })
  const none = { takes: () => false, reading() {}, batchEnds() {} }
  const scores = withScores ? keeper : none
  const engine = new Engine({
    telemetry,
    devices: new FakeDevices(clock),
    clock,
    book,
    rules,
    log: silentLog,
    limitsOf: () => ({}),
    scores,
  })
  if (withScores) keeper.judgeWith(engine)
  const judge =
    what === 'stepped'
      ? steppedEverywhere(telemetry, rules)
      : (batch: SampleBatch): void => {
          engine.judge(batch)
          engine.tick()
        }

  const series: number[] = []
  for (let p = 0; p < patients; p++) {
    for (const metric of metricIds) series.push(telemetry.addSeries(`p${p}`, `d${p}`, metric))
  }
  const count = series.length
  const batch: SampleBatch = {
    count,
    series: Uint32Array.from(series),
    measuredAt: new Float64Array(count),
    receivedAt: new Float64Array(count),
    value: new Float64Array(count),
    quality: new Uint8Array(count),
  }
  let seed = 1
  const wander = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
    return seed / 0x7fffffff - 0.5
  }
  const busyMs: number[] = []
  for (let second = 0; second < rounds * roundSeconds; second++) {
    for (let i = 0; i < count; i++) {
      const patient = Math.floor(i / metricIds.length)
      const bad = patient % 50 === 0 && second % 60 > 30
      batch.value[i] = normal[metricIds[i % metricIds.length]!] * (bad ? 0.8 : 1) + wander()
    }
    batch.measuredAt.fill(clock.now())
    batch.receivedAt.fill(clock.now())
    const startedAt = process.cpuUsage()
    judge(batch)
    const round = Math.floor(second / roundSeconds)
    const { user, system } = process.cpuUsage(startedAt)
    busyMs[round] = (busyMs[round] ?? 0) + (user + system) / 1_000
    clock.advanceMs(1_000)
  }
  const rates = busyMs.slice(1).map((ms) => (count * roundSeconds * 1_000) / ms)
  return rates.map(Math.round).sort((x, y) => x - y)
}

/** Every rule of the metric compiled and its machine stepped at every reading: no monitor, no quiet path. */
function steppedEverywhere(telemetry: FakeTelemetry, rules: ReadonlyMap<string, AlarmRule>) {
  const slots = new Map<number, { compiled: CompiledRule; state: AlarmState }[]>()
  const slotsOf = (id: number) => {
    const metric = telemetry.series(id)!.metric
    const own = [...rules.values()].filter((rule) => rule.input && metricsOf(rule.input).includes(metric))
    const made = own.map((rule) => ({ compiled: compileRule(rule, {}), state: quietState }))
    slots.set(id, made)
    return made
  }
  return (batch: SampleBatch): void => {
    for (let i = 0; i < batch.count; i++) {
      for (const slot of slots.get(batch.series[i]!) ?? slotsOf(batch.series[i]!)) {
        const verdict = verdictOf(slot.compiled, batch.value[i]!)
        const at = batch.measuredAt[i]!
        const event = {
          type: 'sample',
          at,
          receivedAt: batch.receivedAt[i]!,
          verdict,
          immediate: false,
        } as const
        slot.state = step(slot.state, event, slot.compiled.timing)[0]
      }
    }
  }
}

const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)]!
const stepped = await measure('stepped')
for (const [id, rates] of [
  ['rule-evaluation', await measure('engine')],
  ['rule-evaluation-with-scores', await measure('engine-with-scores')],
] as const) {
  const comparedWith = { id: 'rule-evaluation-stepped', median: middle(stepped) }
  const figure = { id, unit: '1/s', median: middle(rates), min: rates[0], max: rates.at(-1), comparedWith }
  console.log(JSON.stringify({ ...figure, ratio: figure.median / comparedWith.median }))
}
