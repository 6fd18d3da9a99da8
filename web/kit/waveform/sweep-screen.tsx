/** Several lanes on one canvas: what a tile shows of its patient's waveforms. React mounts it and then stays away. */
import { useEffect, useRef } from 'react'
import { hueOf, labelOf } from '../parameters.ts'
import { createLane, type Lane } from './lane.ts'
import type { SweepBuffer } from './sweep-buffer.ts'
import type { Wall } from './wall.ts'
import './sweep-screen.css'

export interface SweepScreenProps {
  readonly wall: Wall
  readonly metrics: readonly string[]
  readonly bufferOf: (metric: string) => SweepBuffer
  /** CSS pixels the pen moves in a second. */
  readonly speed?: number
  readonly silentText: string
  readonly description: string
  /** Changes when colours changed. */
  readonly theme: string
}

interface Painter {
  readonly lanes: readonly { readonly lane: Lane; readonly label: HTMLElement | null }[]
}

function layOut(
  canvas: HTMLCanvasElement,
  painter: Painter,
  metrics: readonly string[],
  speed: number,
): void {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, 2)
  const width = Math.round(canvas.clientWidth * ratio)
  const height = Math.round(canvas.clientHeight * ratio)
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const styles = getComputedStyle(canvas)
  const laneHeight = Math.floor(height / Math.max(1, painter.lanes.length))
  painter.lanes.forEach(({ lane }, i) => {
    lane.resize({ top: i * laneHeight, height: laneHeight, width }, speed * ratio, 1.4 * ratio)
    lane.recolour(styles.getPropertyValue(`--${hueOf(metrics[i]!)}`).trim() || '#888')
  })
}

export function SweepScreen(props: SweepScreenProps) {
  const { wall, metrics, bufferOf, silentText, description, theme } = props
  const speed = props.speed ?? 36
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const labelsRef = useRef<HTMLDivElement>(null)
  const names = metrics.join(' ')

  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` stands for the list, `theme` for its colours.
  useEffect(() => {
    const canvas = canvasRef.current!
    const context = canvas.getContext('2d')!
    const labels = labelsRef.current!.children
    const lanes = metrics.map((metric, i) => ({
      lane: createLane(bufferOf(metric)),
      label: (labels[i] as HTMLElement | undefined) ?? null,
    }))
    const painter = { lanes }
    const screen = {
      visible: true,
      draw(nowMs: number) {
        context.lineJoin = 'round'
        for (const { lane, label } of lanes) {
          const state = lane.draw(context, nowMs)
          if (label && label.dataset['state'] !== state) label.dataset['state'] = state
        }
      },
    }
    // Other lanes may have been drawn here before: what they left must not lie under these.
    context.clearRect(0, 0, canvas.width, canvas.height)
    layOut(canvas, painter, metrics, speed)
    const resized = new ResizeObserver(() => layOut(canvas, painter, metrics, speed))
    const seen = new IntersectionObserver(([entry]) => {
      screen.visible = entry?.isIntersecting ?? true
    })
    resized.observe(canvas)
    seen.observe(canvas)
    const leave = wall.add(screen)
    return () => {
      leave()
      resized.disconnect()
      seen.disconnect()
    }
  }, [wall, names, bufferOf, speed, theme])

  return (
    <div className="sweep ltr" role="img" aria-label={description}>
      <canvas ref={canvasRef} />
      <div className="sweep-labels" ref={labelsRef} aria-hidden="true">
        {metrics.map((metric) => (
          <span key={metric} data-hue={hueOf(metric)} data-state="silent">
            {labelOf(metric)} <em>{silentText}</em>
          </span>
        ))}
      </div>
    </div>
  )
}
