/**
 * Events between domains: at-most-once, in order per topic, in this process today. The interface is what NATS
 * JetStream offers too (subject, payload, durable consumer), so that a cluster can put it underneath.
 * Hot paths (readings) do not pass here: telemetry fans out by direct call.
 */
export interface Topic<T> {
  readonly name: string
  readonly __payload?: T
}

export const topic = <T>(name: string): Topic<T> => ({ name })

export interface Bus {
  publish<T>(topic: Topic<T>, payload: T): Promise<void>
  /** A listener that throws is reported and never stops the others. */
  subscribe<T>(topic: Topic<T>, listener: (payload: T) => void | Promise<void>): () => void
}

export function createBus(onError: (topicName: string, error: unknown) => void): Bus {
  const listeners = new Map<string, Set<(payload: unknown) => void | Promise<void>>>()
  return {
    async publish(topic, payload) {
      for (const listener of listeners.get(topic.name) ?? []) {
        try {
          await listener(payload)
        } catch (error) {
          onError(topic.name, error)
        }
      }
    },
    subscribe(topic, listener) {
      const set = listeners.get(topic.name) ?? new Set()
      listeners.set(topic.name, set)
      const entry = listener as (payload: unknown) => void | Promise<void>
      set.add(entry)
      return () => set.delete(entry)
    },
  }
}
