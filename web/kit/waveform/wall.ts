/**
 * One animation frame for every waveform on screen. A screen costs time only while it is visible, and screens take
 * turns: neighbours are drawn in the same frame, so that what a frame has to repaint is one band and not the whole
 * wall. On a machine that falls behind, the turns grow longer before frames are lost.
 */
export interface Screen {
  visible: boolean
  draw(nowMs: number): void
}

export interface Wall {
  add(screen: Screen): () => void
}

/** A pen moves about a pixel in two frames; drawing it more often shows nothing new. */
const fewestTurns = 2
const mostTurns = 5
const fewScreens = 6
const judgeAfterFrames = 60
const lateMs = 30

/** How many turns the next second takes, from how many frames of the last one came late. */
export function nextTurns(turns: number, lateFrames: number): number {
  if (lateFrames > judgeAfterFrames / 10) return Math.min(mostTurns, turns + 1)
  if (lateFrames === 0) return Math.max(fewestTurns, turns - 1)
  return turns
}

export function createWall(nowMs: () => number): Wall {
  const screens: Screen[] = []
  let request = 0
  let frame = 0
  let turns = fewestTurns
  let lateFrames = 0
  let beforeMs = 0

  const turn = (frameMs: number): void => {
    request = requestAnimationFrame(turn)
    frame += 1
    if (frameMs - beforeMs > lateMs) lateFrames += 1
    beforeMs = frameMs
    if (frame % judgeAfterFrames === 0) {
      turns = nextTurns(turns, lateFrames)
      lateFrames = 0
    }
    const now = nowMs()
    const groups = screens.length <= fewScreens ? 1 : turns
    const groupSize = Math.ceil(screens.length / groups)
    const first = (frame % groups) * groupSize
    const last = Math.min(screens.length, first + groupSize)
    for (let i = first; i < last; i += 1) if (screens[i]!.visible) screens[i]!.draw(now)
  }

  return {
    add(screen) {
      screens.push(screen)
      if (screens.length === 1) request = requestAnimationFrame(turn)
      return () => {
        screens.splice(screens.indexOf(screen), 1)
        if (screens.length === 0) cancelAnimationFrame(request)
      }
    },
  }
}
