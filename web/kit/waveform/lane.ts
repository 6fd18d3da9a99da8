/**
 * One sweeping trace: a band of a canvas into which only the newest piece is drawn, with an erase bar ahead of the pen.
 * Time maps to a column by `time mod window`, so every lane of the wall sweeps in step and a redraw lands where it was.
 */
import type { SweepBuffer } from './sweep-buffer.ts'

export interface LaneBand {
  /** Device pixels. */
  readonly top: number
  readonly height: number
  readonly width: number
}

export interface Lane {
  /** Draws what the pen passed since the last call; answers whether samples are running out. */
  draw(context: CanvasRenderingContext2D, nowMs: number): 'sweeping' | 'silent'
  resize(band: LaneBand, pixelsPerSecond: number, lineWidth: number): void
  recolour(stroke: string): void
}

const silentAfterMs = 3_000
const smallestSpan = 1e-6

export function createLane(buffer: SweepBuffer): Lane {
  let band: LaneBand = { top: 0, height: 0, width: 0 }
  let pixelsPerMs = 0
  let lineWidth = 1
  let stroke = '#888'
  let penMs = Number.NaN
  let generation = -1
  let low = 0
  let high = 1
  let tunedSweep = -1
  /** The signal left the band: the scale is chosen again with the next piece. */
  let outgrown = false

  const columnOf = (timeMs: number): number => (timeMs * pixelsPerMs) % band.width
  const rowOf = (value: number): number => {
    const inset = Math.max(1, band.height * 0.08)
    const share = (value - low) / (high - low)
    const row = band.top + band.height - inset - share * (band.height - 2 * inset)
    if (row >= band.top + 1 && row <= band.top + band.height - 1) return row
    outgrown = true
    return Math.min(band.top + band.height - 1, Math.max(band.top + 1, row))
  }

  /** The scale is chosen anew only when a sweep begins (or when the signal leaves the band), so a trace keeps its form. */
  const tune = (fromMs: number, toMs: number): boolean => {
    const extent = buffer.extent(fromMs, toMs)
    if (!extent) return false
    const span = Math.max(extent.high - extent.low, smallestSpan)
    const grown = extent.high > high + span * 0.15 || extent.low < low - span * 0.15
    const shrunk = span < (high - low) * 0.6
    if (!grown && !shrunk) return false
    low = extent.low - span * 0.06
    high = extent.low + span * 1.06
    return true
  }

  const strokePiece = (context: CanvasRenderingContext2D, fromMs: number, toMs: number): void => {
    const last = buffer.indexAt(toMs)
    let previousColumn = Number.POSITIVE_INFINITY
    let drawing = false
    context.beginPath()
    for (let i = buffer.indexAt(fromMs) - 1; i < last; i += 1) {
      const value = buffer.at(i)
      if (Number.isNaN(value)) {
        drawing = false
        continue
      }
      const column = columnOf(buffer.timeOf(i))
      const row = rowOf(value)
      if (drawing && column >= previousColumn) context.lineTo(column, row)
      else context.moveTo(column, row)
      drawing = true
      previousColumn = column
    }
    context.stroke()
  }

  const erase = (
    context: CanvasRenderingContext2D,
    fromMs: number,
    toMs: number,
    aheadPixels: number,
  ): void => {
    const start = Math.ceil(columnOf(fromMs)) + 1
    const length = Math.ceil((toMs - fromMs) * pixelsPerMs) + aheadPixels
    context.clearRect(start, band.top, Math.min(length, band.width - start), band.height)
    const wrapped = start + length - band.width
    if (wrapped > 0) context.clearRect(0, band.top, wrapped, band.height)
  }

  return {
    draw(context, nowMs) {
      if (band.width === 0 || buffer.rateHz === 0) return 'silent'
      const targetMs = nowMs - buffer.delayMs
      const windowMs = band.width / pixelsPerMs
      const aheadPixels = Math.max(6, Math.round(band.width * 0.03))
      const sweep = Math.floor(targetMs / windowMs)
      let fromMs = penMs
      const redraw =
        generation !== buffer.generation || !(targetMs - penMs < windowMs * 0.9) || targetMs < penMs
      if (redraw || outgrown || sweep !== tunedSweep) {
        tunedSweep = sweep
        outgrown = false
        const changed = tune(targetMs - windowMs, Math.max(targetMs, buffer.endMs))
        if (changed || redraw) {
          context.clearRect(0, band.top, band.width, band.height)
          fromMs = targetMs - windowMs + aheadPixels / pixelsPerMs
          generation = buffer.generation
        }
      }
      context.strokeStyle = stroke
      context.lineWidth = lineWidth
      erase(context, fromMs, targetMs, aheadPixels)
      strokePiece(context, fromMs, targetMs)
      penMs = targetMs
      return targetMs - buffer.endMs > silentAfterMs ? 'silent' : 'sweeping'
    },
    resize(nextBand, pixelsPerSecond, nextLineWidth) {
      band = nextBand
      pixelsPerMs = pixelsPerSecond / 1_000
      lineWidth = nextLineWidth
      penMs = Number.NaN
    },
    recolour(next) {
      stroke = next
      penMs = Number.NaN
    },
  }
}
