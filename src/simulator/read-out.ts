import type { Outside } from './outside.ts'
import type { Link } from './wire/link.ts'
import type { SenmlRecord } from './wire/senml.ts'

/** A device with something in its memory. */
export interface Rememberer {
  readonly link: Link
  /** Not sent yet, oldest first; taken from the end. */
  readonly memory: (readonly SenmlRecord[])[]
  /** Whether what it measures now has been on its way for a while. */
  speaks(): boolean
}

/** All memories together take about so long; what is measured now shares the line. */
const spreadOverMs = 40_000
const shortestPauseMs = 10
const longestPauseMs = 250
/** A line with more than this unacknowledged is busy with what is measured now. */
const busyFrom = 8

/**
 * Reads the devices' memories out, one pack at a time and in turns, so that whoever receives them can breathe. The newest
 * goes first: it is wanted first. `done` is called once, when the last pack was acknowledged.
 */
export function readOutMemories(deps: {
  readonly rememberers: readonly Rememberer[]
  readonly encode: (records: readonly SenmlRecord[]) => Uint8Array
  readonly outside: Outside
  readonly done: () => void
}): () => void {
  const { rememberers, outside } = deps
  let unacknowledged = rememberers.reduce((sum, { memory }) => sum + memory.length, 0)
  if (unacknowledged === 0) return () => {}
  const pauseMs = Math.max(shortestPauseMs, Math.min(longestPauseMs, spreadOverMs / unacknowledged))
  let cancel = () => {}
  let from = 0
  const acknowledged = () => {
    unacknowledged--
    if (unacknowledged === 0) deps.done()
  }
  const turn = () => {
    for (let tried = 0; tried < rememberers.length; tried++) {
      const { link, memory, speaks } = rememberers[from++ % rememberers.length] as Rememberer
      if (memory.length === 0 || !link.online || link.waiting > busyFrom || !speaks()) continue
      const pack = memory.pop() as readonly SenmlRecord[]
      link.send({ bytes: deps.encode(pack), waveform: false, acknowledged })
      break
    }
    if (rememberers.some(({ memory }) => memory.length > 0)) cancel = outside.after(pauseMs, turn)
  }
  turn()
  return () => cancel()
}
