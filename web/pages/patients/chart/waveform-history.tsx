/** Recorded waveforms at one moment, drawn once on paper whose lines are seconds. */
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type TimeRange, useWaveform, type WaveformPieces } from '../../../app/api/patient.ts'
import { formatClock } from '../../../kit/format.ts'
import { hueOf, labelOf } from '../../../kit/parameters.ts'
import { pixelsPerSecond } from './paper.ts'

interface Piece {
  readonly startMs: number
  readonly rateHz: number
  readonly values: Float32Array
}

export function piecesOf(answer: WaveformPieces): readonly Piece[] {
  return answer.chunks.map(({ startAt, rateHz, scale, offset, samples }) => {
    const bytes = Uint8Array.from(atob(samples), (character) => character.charCodeAt(0))
    const raw = new Int16Array(bytes.buffer, 0, bytes.length >> 1)
    return { startMs: startAt, rateHz, values: Float32Array.from(raw, (sample) => sample * scale + offset) }
  })
}

function draw(canvas: HTMLCanvasElement, pieces: readonly Piece[], range: TimeRange, stroke: string): void {
  const ratio = devicePixelRatio || 1
  canvas.width = canvas.clientWidth * ratio
  canvas.height = canvas.clientHeight * ratio
  const context = canvas.getContext('2d')!
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const { values } of pieces) {
    for (const value of values) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  const span = Math.max(high - low, 1e-6)
  context.strokeStyle = stroke
  context.lineWidth = 1.4 * ratio
  context.lineJoin = 'round'
  let endMs = Number.NaN
  context.beginPath()
  for (const { startMs, rateHz, values } of pieces) {
    // Pieces that follow one another within a sample and a half are one line; only a true gap is left open.
    const follows = Math.abs(startMs - endMs) < 1_500 / rateHz
    values.forEach((value, i) => {
      const x = ((startMs - range.fromMs) / 1_000 + i / rateHz) * pixelsPerSecond * ratio
      const y = canvas.height * (0.92 - 0.84 * ((value - low) / span))
      if (i === 0 && !follows) context.moveTo(x, y)
      else context.lineTo(x, y)
    })
    endMs = startMs + (values.length * 1_000) / rateHz
  }
  context.stroke()
}

function HistoryLane(props: {
  readonly patient: string
  readonly metric: string
  readonly range: TimeRange
}) {
  const { t } = useTranslation()
  const canvas = useRef<HTMLCanvasElement>(null)
  const answer = useWaveform(props.patient, props.metric, props.range)
  const { data } = answer
  useEffect(() => {
    if (!data || !canvas.current) return
    const stroke = getComputedStyle(canvas.current).getPropertyValue(`--${hueOf(props.metric)}`)
    draw(canvas.current, piecesOf(data), props.range, stroke.trim())
  }, [data, props.metric, props.range])
  const empty = data && !answer.isPlaceholderData && data.chunks.length === 0
  return (
    <div className="history-lane">
      <span className="history-label">{labelOf(props.metric)}</span>
      <canvas ref={canvas} role="img" aria-label={labelOf(props.metric)} />
      {(empty || answer.isError) && (
        <span className="history-note">{t(empty ? 'chart.noWaveformThen' : 'state.errorTitle')}</span>
      )}
    </div>
  )
}

export function WaveformHistory(props: {
  readonly patient: string
  readonly metrics: readonly string[]
  readonly range: TimeRange
}) {
  const { fromMs, toMs } = props.range
  const seconds = Array.from(
    { length: Math.ceil((toMs - fromMs) / 1_000) },
    (_, i) => Math.ceil(fromMs / 1_000) * 1_000 + i * 1_000,
  )
  return (
    <div className="history">
      {props.metrics.map((metric) => (
        <HistoryLane key={metric} patient={props.patient} metric={metric} range={props.range} />
      ))}
      <div className="history-axis">
        {seconds.map((ms, i) => (
          <span key={ms} style={{ insetInlineStart: `${((ms - fromMs) / 1_000) * pixelsPerSecond}px` }}>
            {i % 2 === 0 ? formatClock(ms, true) : ''}
          </span>
        ))}
      </div>
    </div>
  )
}
