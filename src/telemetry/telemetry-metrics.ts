import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What an operator watches. */
export function createTelemetryMetrics(registry: Registry, pendingSamples: () => number) {
  const registers = [registry]
  new Gauge({
    name: 'vitalwire_telemetry_pending_samples',
    help: 'Samples accepted but not yet on disk.',
    registers,
    collect() {
      this.set(pendingSamples())
    },
  })
  return {
    stored: new Counter({
      name: 'vitalwire_telemetry_stored_samples_total',
      help: 'Samples made durable, by kind.',
      labelNames: ['kind'] as const,
      registers,
    }),
    duplicates: new Counter({
      name: 'vitalwire_telemetry_duplicate_samples_total',
      help: 'Samples that were stored already and left out.',
      registers,
    }),
    flush: new Histogram({
      name: 'vitalwire_telemetry_flush_seconds',
      help: 'From the begin of a flush to its commit.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
    failures: new Counter({
      name: 'vitalwire_telemetry_flush_failures_total',
      help: 'Attempts to write that failed.',
      registers,
    }),
    journalRows: new Gauge({
      name: 'vitalwire_telemetry_journal_rows',
      help: 'Journal rows not yet in blocks, as of the last look.',
      registers,
    }),
    compactionLag: new Gauge({
      name: 'vitalwire_telemetry_compaction_lag_seconds',
      help: 'Age of the oldest journal row, as of the last look.',
      registers,
    }),
  }
}
export type TelemetryMetrics = ReturnType<typeof createTelemetryMetrics>
