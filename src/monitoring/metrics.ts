import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { ShownAlarms } from './shown-alarms.ts'

export function monitoringGauges(
  registry: Registry,
  { shown, judged }: { readonly shown: ShownAlarms; judged(): number },
) {
  let counted = 0
  new Counter({
    name: 'vitalwire_monitoring_readings_judged_total',
    help: 'Readings that the alarm rules have judged.',
    registers: [registry],
    collect() {
      const now = judged()
      this.inc(now - counted)
      counted = now
    },
  })
  new Gauge({
    name: 'vitalwire_monitoring_alarms_shown',
    help: 'Alarms that are not over and not inhibited, by priority.',
    labelNames: ['priority'],
    registers: [registry],
    collect() {
      for (const [priority, count] of Object.entries(shown.counts())) this.set({ priority }, count)
    },
  })
  const latency = new Histogram({
    name: 'vitalwire_monitoring_alarm_durable_seconds',
    help: 'From receiving the reading that completes a condition to its alarm being durable and told.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  })
  return { raised: (tookUs: number) => latency.observe(tookUs / 1e6) }
}
