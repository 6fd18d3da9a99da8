/** What ingest and quarantine call this way in. */
export const protocol = 'mqtt'

/** A device may publish to exactly two topics, and subscribe below its own. */
export const telemetryTopic = (device: string): string => `vitalwire/${device}/telemetry`
export const statusTopic = (device: string): string => `vitalwire/${device}/status`

const ownTopic = /^vitalwire\/([^/+#]+)\/(telemetry|status)$/

export interface DeviceTopic {
  readonly device: string
  readonly kind: 'telemetry' | 'status'
}

export function readTopic(topic: string): DeviceTopic | undefined {
  const match = ownTopic.exec(topic)
  return match ? { device: match[1]!, kind: match[2] as DeviceTopic['kind'] } : undefined
}

/** A filter below the device's own topic; wildcards only behind its id. */
export const maySubscribe = (device: string, filter: string): boolean =>
  filter.startsWith(`vitalwire/${device}/`)

/** Whether who subscribes to the filter hears its own telemetry. */
export const coversTelemetry = (device: string, filter: string): boolean =>
  ['telemetry', 'telemetry/#', '+', '+/#', '#'].some((rest) => filter === `vitalwire/${device}/${rest}`)
