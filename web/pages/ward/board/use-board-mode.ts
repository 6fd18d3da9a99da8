/** Which layout the board takes: the person's density, or what the screen has room for. */
import { type RefObject, useLayoutEffect, useState } from 'react'
import { usePreferences } from '../../../app/preferences.ts'
import { fitWall, type WallCounts, type WallFit } from './fit.ts'

export type BoardMode = 'list' | 'comfortable' | 'dense' | 'scroll' | 'wall'

/** Below this width the board is one column of rows that open. */
const listBelowPixels = 700

interface Size {
  readonly width: number
  readonly height: number
}

function useRoom(ref: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = (): void => {
      const { width, top } = element.getBoundingClientRect()
      setSize((before) => {
        const height = innerHeight - top - 8
        return before.width === width && before.height === height ? before : { width, height }
      })
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    addEventListener('resize', measure)
    return () => {
      observer.disconnect()
      removeEventListener('resize', measure)
    }
  }, [ref])
  return size
}

export function useBoardMode(
  ref: RefObject<HTMLElement | null>,
  counts: WallCounts,
): { mode: BoardMode; fit: WallFit | undefined } {
  const { density } = usePreferences()
  const { width, height } = useRoom(ref)
  if (width > 0 && innerWidth < listBelowPixels) return { mode: 'list', fit: undefined }
  if (density === 'comfortable' || density === 'dense') return { mode: density, fit: undefined }
  // Without a wish everyone is shown at once where the screen has room, else the quiet ones are small and scroll.
  const fit = fitWall(width, height, counts)
  return fit ? { mode: 'wall', fit } : { mode: 'scroll', fit: undefined }
}
