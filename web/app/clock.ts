/** The only place of the web app that asks for the time. Server time is what ages and sweeps are measured against. */
let offsetMs = 0

export const localNowMs = (): number => Date.now()
export const serverNowMs = (): number => Date.now() + offsetMs

/** Told the server's time whenever an answer carries one; transit is at most some milliseconds on a ward's network. */
export function alignClock(serverIso: string): void {
  const serverMs = Date.parse(serverIso)
  if (!Number.isNaN(serverMs)) offsetMs = serverMs - Date.now()
}
