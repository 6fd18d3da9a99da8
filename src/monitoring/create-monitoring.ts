import type { Registry } from 'prom-client'
import { dataOfAlarm, dataOfScores } from '../kernel/metrics/data-class.ts'
import type { DataOf } from '../kernel/patient-filter.ts'
import { systemPermit } from '../kernel/permit.ts'
import { ok, refused } from '../kernel/problem.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import type { LiveMessage } from '../telemetry/contract.ts'
import type { Telemetry } from '../telemetry/model.ts'
import { AlarmBook } from './alarms/alarm-book.ts'
import { createAlarmWriter } from './alarms/alarm-writer.ts'
import { buildBoard } from './board.ts'
import { Engine, restartGraceUs } from './engine.ts'
import { monitoringGauges } from './metrics.ts'
import type { Census, Monitoring, WatchedDevices } from './model.ts'
import { problems } from './problems.ts'
import { restoreMonitoring } from './restore.ts'
import { sweepRules } from './rule-book.ts'
import { LookBack } from './scores/look-back.ts'
import { ScoreKeeper } from './scores/score-keeper.ts'
import { Settings } from './settings.ts'
import { ShownAlarms } from './shown-alarms.ts'
import { createMonitoringStore, type MonitoringStore } from './store.ts'
import { alarmView, ruleView } from './views.ts'

export interface MonitoringDeps {
  readonly db: Database
  readonly telemetry: Telemetry
  readonly devices: WatchedDevices
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Registry
  /** To `/live`, for those who may see the patient. */
  publish(message: LiveMessage, patient: string, data: DataOf): void
  readonly census: Census
}

const scoresAgeMs = 10_000

/** Brings back what was watched before, then watches. Make it before the gateway lets readings in. */
export async function createMonitoring(deps: MonitoringDeps): Promise<Monitoring> {
  const { db, telemetry, devices, clock, random, log, publish, census } = deps
  const rules = await sweepRules()
  const store = createMonitoringStore(db)
  const settings = new Settings({ store, rules })
  await settings.load()
  const shown = new ShownAlarms()
  const gauges = monitoringGauges(deps.metrics, { shown, judged: () => engine.readingsJudged })
  const writer = createAlarmWriter({
    save: (changes) => store.save(changes),
    durable({ alarm, event, since }) {
      if (event === 'raised') gauges.raised(clock.now() - since)
      if (shown.take(alarm))
        publish({ type: 'alarm', alarm: { ...alarmView(alarm) } }, alarm.patient, dataOfAlarm(alarm))
    },
    clock,
    log,
  })
  const book = new AlarmBook({ writer, random })
  const scores = new ScoreKeeper({
    telemetry,
    clock,
    log,
    spo2ScaleOf: (patient) => settings.of(patient).spo2Scale,
    changed: (score) =>
      publish({ type: 'score', patient: score.patient, score: { ...score } }, score.patient, dataOfScores),
  })
  const engine = new Engine({
    telemetry,
    devices,
    clock,
    book,
    rules,
    scores,
    log,
    limitsOf: (patient) => settings.of(patient).limits,
  })
  scores.judgeWith(engine)
  const lookBack = new LookBack({
    telemetry,
    clock,
    log,
    spo2ScaleOf: (patient) => settings.of(patient).spo2Scale,
    lookedBack: (patient, past) => scores.lookedBack(patient, past),
  })

  const patients = [...new Set(census.wardCensus().map(({ patientId }) => patientId))]
  for (const alarm of await store.find({
    permit: systemPermit,
    states: ['active', 'latched'],
    limit: 100_000,
  })) {
    shown.take(alarm)
  }
  await scores.restore(await restoreMonitoring({ engine, store, telemetry, clock, patients }))
  const stops = [clock.every(scoresAgeMs, () => scores.recomputeAll())]
  engine.start(restartGraceUs)
  lookBack.start()

  return {
    board: (visible) => buildBoard({ census, telemetry, devices, scores, shown }, visible, clock.now()),
    async alarms(filter) {
      return (await store.find(filter)).map(alarmView)
    },
    alarm: async (id) => await findAlarm(store, id),
    trail: (alarm) => store.trail(alarm),
    async acknowledge(id, actor) {
      const slot = book.slotOf(id)
      if (slot) {
        const measuredAt = slot.alarm!.judgedAt
        book.apply(slot, { type: 'acknowledge' }, { now: clock.now(), measuredAt, value: Number.NaN, actor })
        await writer.settled()
      }
      const alarm = await findAlarm(store, id)
      if (!alarm) return refused(problems.alarmUnknown())
      return alarm.acknowledged ? ok(alarm) : refused(problems.alarmOver())
    },
    score: (patient) => scores.view(patient),
    rules: () => [...rules.values()].map(ruleView),
    monitoringOf: (patient) => settings.of(patient),
    async changeMonitoring(next, by) {
      const changed = await settings.change(next, { ...by, at: clock.now() })
      if (changed.ok) {
        engine.limitsChanged(next.patient)
        scores.recompute(next.patient)
      }
      return changed
    },
    async settled() {
      await lookBack.settled()
      await writer.settled()
    },
    async close() {
      engine.stop()
      for (const stop of stops) stop()
      await lookBack.close()
      await writer.close()
    },
  }
}

const findAlarm = async (store: MonitoringStore, id: string) => {
  const alarm = await store.byId(id)
  return alarm && alarmView(alarm)
}
