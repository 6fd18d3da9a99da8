/**
 * Tells subscribers what changed, a few at a time and once a frame. A ward's readings arrive in one burst each second;
 * spread over some frames they never make one of them late.
 */
const fewInFrame = 20
/** Where frames are few, more of what waits goes into each: nothing waits longer than some frames. */
const shareInFrame = 1 / 3
/** A hidden page has no frames; its stores stay right and its subscribers hear of it at this pace. */
const hiddenPaceMs = 250

export interface PacedNotifier {
  subscribe(key: string, listener: () => void): () => void
  /** Soon: in one of the next frames, each key once. */
  tell(key: string): void
}

export function createPacedNotifier(): PacedNotifier {
  const listeners = new Map<string, Set<() => void>>()
  const waiting = new Set<string>()
  let scheduled = false

  const schedule = (): void => {
    if (scheduled || waiting.size === 0) return
    scheduled = true
    if (document.hidden) setTimeout(flush, hiddenPaceMs)
    else requestAnimationFrame(flush)
  }

  const flush = (): void => {
    scheduled = false
    let told = 0
    const most = Math.max(fewInFrame, Math.ceil(waiting.size * shareInFrame))
    for (const key of waiting) {
      if (told === most) break
      waiting.delete(key)
      const set = listeners.get(key)
      if (!set || set.size === 0) continue
      told += 1
      for (const listener of set) listener()
    }
    schedule()
  }

  return {
    subscribe(key, listener) {
      let set = listeners.get(key)
      if (!set) {
        set = new Set()
        listeners.set(key, set)
      }
      set.add(listener)
      return () => set.delete(listener)
    },
    tell(key) {
      waiting.add(key)
      schedule()
    },
  }
}
