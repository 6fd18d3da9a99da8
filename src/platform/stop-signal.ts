import type { Clock } from './clock.ts'

/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const echoMs = 1_000

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP. Who asks again a second later wants no more waiting: the process
 * ends at once, with the exit code that shells give for the signal.
 */
export function untilToldToStop({ clock }: { readonly clock: Clock }): Promise<void> {
  const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
  let toldAtMs: number | undefined
  return new Promise((done) => {
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        const nowMs = clock.elapsedMs()
        if (toldAtMs !== undefined && nowMs - toldAtMs > echoMs) process.exit(codes[signal])
        toldAtMs ??= nowMs
        done()
      })
    }
  })
}
