/** The chart by keyboard: arrows move the cursor through time, T shows the table, C saves, 0 shows the whole range. */
import { type RefObject, useEffect, useRef } from 'react'

export interface TrendKeys {
  readonly stack: RefObject<HTMLElement | null>
  readonly reset: () => void
  readonly table: () => void
  readonly save: () => void
}

const stepPixels = 4
const strideSteps = 10

/** A mouse move over the first chart is what a hand would do; all others follow by their shared cursor. */
function moveCursor(stack: HTMLElement, x: number): number {
  const over = stack.querySelector<HTMLElement>('.u-over')
  if (!over) return x
  const box = over.getBoundingClientRect()
  const inside = Math.max(0, Math.min(box.width - 1, x))
  const at = { clientX: box.left + inside, clientY: box.top + box.height / 2, bubbles: true }
  over.dispatchEvent(new MouseEvent('mouseenter', at))
  over.dispatchEvent(new MouseEvent('mousemove', at))
  return inside
}

export function useTrendKeys({ stack, reset, table, save }: TrendKeys): void {
  const x = useRef(Number.POSITIVE_INFINITY)
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const typing =
        event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return
      const key = event.key.toLowerCase()
      if (key === 't') table()
      else if (key === 'c') save()
      else if (key === '0') reset()
      else if (stack.current && (key === 'arrowleft' || key === 'arrowright')) {
        const width = stack.current.querySelector('.u-over')?.clientWidth ?? 0
        const steps = (key === 'arrowright' ? 1 : -1) * (event.shiftKey ? strideSteps : 1)
        x.current = moveCursor(stack.current, Math.min(width, x.current) + steps * stepPixels)
        event.preventDefault()
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [stack, reset, table, save])
}
