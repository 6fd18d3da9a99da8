import { Gauge, type Registry } from 'prom-client'

/** For whoever watches from outside: a certificate that ends unseen is a device that falls silent. */
export function countWanting(metrics: Registry, wanting: () => number): void {
  new Gauge({
    name: 'vitalwire_device_certificates_wanting',
    help: 'Devices whose certificate ends soon or has ended, without renewal.',
    registers: [metrics],
    collect() {
      this.set(wanting())
    },
  })
}
