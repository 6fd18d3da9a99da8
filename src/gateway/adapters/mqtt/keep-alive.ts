import type { Clock } from '../../../platform/clock.ts'

/** A peer from which nothing came for one and a half of its keep-alive periods is gone [MQTT-3.1.2-24]. */
const graceFactor = 1.5

/**
 * Watches one connection. The broker library's own watch sees only what is passed to it, and telemetry is not.
 * @param heardMs when something was last heard, on the clock's monotonic scale
 * @returns ends the watch
 */
export function watchKeepAlive(
  clock: Clock,
  keepAliveS: number,
  heardMs: () => number,
  expired: () => void,
): () => void {
  if (keepAliveS === 0) return () => {} // [MQTT-3.1.2-10]: 0 turns it off
  const patienceMs = keepAliveS * 1_000 * graceFactor
  let cancel = () => {}
  // One timer for each connection that looks again when it fires, instead of one set anew with each packet.
  const look = () => {
    const leftMs = heardMs() + patienceMs - clock.elapsedMs()
    if (leftMs <= 0) expired()
    else cancel = clock.after(Math.ceil(leftMs), look)
  }
  look()
  return () => cancel()
}
