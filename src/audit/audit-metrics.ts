import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What an operator watches. */
export function createAuditMetrics(registry: Registry, waiting: () => number) {
  const registers = [registry]
  new Gauge({
    name: 'vitalwire_audit_waiting_entries',
    help: 'Entries of the audit that are not yet durable; answers wait for them.',
    registers,
    collect() {
      this.set(waiting())
    },
  })
  return {
    entries: new Counter({
      name: 'vitalwire_audit_entries_total',
      help: 'Entries of the audit made durable, by kind and outcome.',
      labelNames: ['kind', 'outcome'] as const,
      registers,
    }),
    failures: new Counter({
      name: 'vitalwire_audit_failures_total',
      help: 'Entries that could not be written; nothing was given out for them.',
      registers,
    }),
    seconds: new Histogram({
      name: 'vitalwire_audit_write_seconds',
      help: 'From the begin of a write to its commit.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
  }
}
