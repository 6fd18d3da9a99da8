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
