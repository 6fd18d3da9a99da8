/** What happened to how people and apps act, told once to whoever keeps a trail of it. */
import type { Log } from '../platform/log.ts'
import type { IdentityEvent } from './model.ts'

export type IdentityEventListener = (event: IdentityEvent) => void | Promise<void>
export type Tell = (event: IdentityEvent) => Promise<void>

/** A listener that fails is logged, and what was done stays done: it cannot be taken back by then. */
export function tellAll(log: Log, listeners: readonly IdentityEventListener[]): Tell {
  return async (event) => {
    for (const listener of listeners) {
      try {
        await listener(event)
      } catch (error) {
        log.error({ what: event.what, error: (error as Error).name }, 'a change of identity was not recorded')
      }
    }
  }
}
