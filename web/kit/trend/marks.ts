/** What a trend shows besides its line: the band inside the alarm limits' outside, and a tick where an alarm began. */
import type uPlot from 'uplot'
import type { AlarmView } from '../../../src/monitoring/contract.ts'

export interface Limits {
  readonly low?: number
  readonly high?: number
}

/** Shades what lies beyond the limits, so that the ground in between stays quiet. */
/** Where several metrics share a chart a band would lie behind the wrong one: there the limit is a dashed line. */
export function drawLimits(plot: uPlot, limits: Limits | undefined, fill: string, line?: string): void {
  if (!limits) return
  if (line !== undefined) {
    drawLimitLines(plot, limits, line)
    return
  }
  const { left, top, width, height } = plot.bbox
  plot.ctx.save()
  plot.ctx.fillStyle = fill
  if (limits.high !== undefined) {
    const edge = Math.min(top + height, Math.max(top, plot.valToPos(limits.high, 'y', true)))
    plot.ctx.fillRect(left, top, width, edge - top)
  }
  if (limits.low !== undefined) {
    const edge = Math.min(top + height, Math.max(top, plot.valToPos(limits.low, 'y', true)))
    plot.ctx.fillRect(left, edge, width, top + height - edge)
  }
  plot.ctx.restore()
}

function drawLimitLines(plot: uPlot, limits: Limits, stroke: string): void {
  const { left, top, width, height } = plot.bbox
  const ratio = devicePixelRatio || 1
  plot.ctx.save()
  plot.ctx.strokeStyle = stroke
  plot.ctx.lineWidth = ratio
  plot.ctx.setLineDash([2 * ratio, 4 * ratio])
  for (const limit of [limits.low, limits.high]) {
    if (limit === undefined) continue
    const y = plot.valToPos(limit, 'y', true)
    if (y < top || y > top + height) continue
    plot.ctx.beginPath()
    plot.ctx.moveTo(left, y)
    plot.ctx.lineTo(left + width, y)
    plot.ctx.stroke()
  }
  plot.ctx.restore()
}

const tickPixels = 5

export function drawTicks(plot: uPlot, alarms: readonly AlarmView[], token: (name: string) => string): void {
  const { left, top, width, height } = plot.bbox
  const ratio = devicePixelRatio || 1
  plot.ctx.save()
  for (const alarm of alarms) {
    const x = plot.valToPos(Date.parse(alarm.raisedAt), 'x', true)
    if (x < left || x > left + width) continue
    const half = tickPixels * ratio
    plot.ctx.fillStyle = token(alarm.priority === 'medium' ? 'medium-text' : `${alarm.priority}-text`)
    plot.ctx.beginPath()
    plot.ctx.moveTo(x - half * 0.8, top + height)
    plot.ctx.lineTo(x + half * 0.8, top + height)
    plot.ctx.lineTo(x, top + height - half * 1.8)
    plot.ctx.fill()
    plot.ctx.fillRect(x - ratio / 2, top, ratio, height)
  }
  plot.ctx.restore()
}
