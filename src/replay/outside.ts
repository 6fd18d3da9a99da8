/** The replay's own clock: it runs in a process of its own, outside the server. */
export const elapsedS = (): number => performance.now() / 1_000
export const nowMicros = (): number => Date.now() * 1_000
export const waitMs = (delayMs: number): Promise<void> => new Promise((done) => setTimeout(done, delayMs))
