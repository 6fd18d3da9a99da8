import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export type { Registry } from 'prom-client'

/** The registry behind `/metrics`: the process's own figures and which build this is. Labels never hold patient ids. */
export function createMetrics(options: { readonly version: string }): Registry {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  new Gauge({
    name: 'vitalwire_build_info',
    help: 'Always 1; the labels say which build and runtime this is.',
    labelNames: ['version', 'node'],
    registers: [metrics],
  }).set({ version: options.version, node: process.version }, 1)
  return metrics
}
