/**
 * One animation frame for every waveform on screen. A screen costs time only while it is visible, and a pen that moves
 * less than a pixel between two frames is not redrawn in each of them: screens take turns, so that the work of a wall
 * is spread evenly and no frame carries all of it.
 */
export interface Screen {
  visible: boolean
  /** Device pixels the pen moves in a second. */
  readonly pixelsPerSecond: number
  draw(nowMs: number): void
}

export interface Wall {
  add(screen: Screen): () => void
}

const framesPerSecond = 60
const mostTurns = 3

export function createWall(nowMs: () => number): Wall {
  const screens: Screen[] = []
  let request = 0
  let frame = 0

  const turn = (): void => {
    request = requestAnimationFrame(turn)
    frame += 1
    const now = nowMs()
    for (let i = 0; i < screens.length; i += 1) {
      const screen = screens[i]!
      if (!screen.visible) continue
      const turns = Math.max(1, Math.min(mostTurns, Math.floor(framesPerSecond / screen.pixelsPerSecond)))
      if ((frame + i) % turns === 0) screen.draw(now)
    }
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
