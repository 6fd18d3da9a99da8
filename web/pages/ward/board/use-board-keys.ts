/** The board by keyboard: arrows move among tiles by where they stand, Enter opens, A acknowledges, F fills the screen. */
import { type RefObject, useEffect } from 'react'
import { useNavigate } from 'react-router'
import type { AlarmView } from '../../../../src/monitoring/contract.ts'
import { alarms } from '../../../app/live/live.ts'

export interface BoardKeys {
  readonly container: RefObject<HTMLElement | null>
  readonly current: string | undefined
  readonly select: (patient: string) => void
  readonly acknowledge: ((alarm: AlarmView) => void) | undefined
}

type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'

/** The nearest tile whose centre lies in that direction. */
function neighbour(
  tiles: readonly HTMLElement[],
  from: HTMLElement,
  direction: Direction,
): HTMLElement | undefined {
  const centre = (element: HTMLElement) => {
    const box = element.getBoundingClientRect()
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 }
  }
  const here = centre(from)
  const horizontal = direction === 'ArrowLeft' || direction === 'ArrowRight'
  const sign = direction === 'ArrowRight' || direction === 'ArrowDown' ? 1 : -1
  let best: HTMLElement | undefined
  let bestCost = Number.POSITIVE_INFINITY
  for (const tile of tiles) {
    const there = centre(tile)
    const along = (horizontal ? there.x - here.x : there.y - here.y) * sign
    const across = Math.abs(horizontal ? there.y - here.y : there.x - here.x)
    const cost = along + across * 3
    if (along > 4 && cost < bestCost) {
      best = tile
      bestCost = cost
    }
  }
  return best
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)

export function useBoardKeys({ container, current, select, acknowledge }: BoardKeys): void {
  const navigate = useNavigate()
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      const tiles = [...(container.current?.querySelectorAll<HTMLElement>('.tile') ?? [])]
      const focused = document.activeElement?.closest<HTMLElement>('.tile')
      if (event.key.startsWith('Arrow')) {
        const from = focused ?? tiles.find((tile) => tile.dataset['patient'] === current)
        const next = focused && from ? neighbour(tiles, from, event.key as Direction) : from
        if (!next) return
        event.preventDefault()
        select(next.dataset['patient']!)
        next.focus()
        next.scrollIntoView({ block: 'nearest' })
      } else if (event.key === 'Enter' && focused === document.activeElement && focused) {
        navigate(`/patients/${focused.dataset['patient']}`)
      } else if (event.key.toLowerCase() === 'a' && focused && acknowledge) {
        // Only ever the tile with the focus: a key must not answer for a patient nobody chose.
        const alarm = alarms.of(focused.dataset['patient']!).find((each) => !each.acknowledged)
        if (alarm) acknowledge(alarm)
      } else if (event.key.toLowerCase() === 'f') {
        if (document.fullscreenElement) void document.exitFullscreen()
        else void document.documentElement.requestFullscreen()
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [container, current, select, acknowledge, navigate])
}
