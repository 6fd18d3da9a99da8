/**
 * An act that needs a fresh proof of who acts waits here while a dialog asks for it. Acts that come together wait for
 * the same answer.
 */
let pending:
  | { readonly answered: Promise<boolean>; readonly answer: (confirmed: boolean) => void }
  | undefined
const listeners = new Set<() => void>()

function change(next: typeof pending): void {
  pending = next
  for (const listener of listeners) listener()
}

export const confirmation = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isAsked: (): boolean => pending !== undefined,

  /** False at once where no page is there that could ask. */
  ask(): Promise<boolean> {
    if (listeners.size === 0) return Promise.resolve(false)
    if (!pending) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      change({ answered: promise, answer: resolve })
    }
    return pending!.answered
  },

  answer(confirmed: boolean): void {
    pending?.answer(confirmed)
    change(undefined)
  },
}
