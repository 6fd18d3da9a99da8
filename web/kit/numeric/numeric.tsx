/** One vital sign as a number: its label, its value, its unit, and whether it may be believed. */
import { memo, useEffect, useRef } from 'react'
import { formatValue } from '../format.ts'
import { decimalsOf, hueOf, labelOf, titleOf, unitTextOf } from '../parameters.ts'
import type { Freshness } from '../staleness.ts'
import '../alarm/flash.css'
import './numeric.css'

export interface NumericProps {
  readonly metric: string
  readonly value: number | null
  readonly freshness: Freshness
  readonly age: string
  /** Why there is none; shown in its place. */
  readonly reason: string
  readonly alarm?: 'high' | 'medium' | 'low' | undefined
  readonly acknowledged?: boolean | undefined
  readonly estimated?: boolean
}

const brightForMs = 450

/** A changed value is brighter for a moment. Done on the element, not through React: it happens forty times a second. */
function useBrightening(value: number | null) {
  const ref = useRef<HTMLElement>(null)
  const before = useRef(value)
  useEffect(() => {
    if (before.current === value) return
    before.current = value
    const element = ref.current
    if (!element) return
    element.dataset['changed'] = ''
    const timer = setTimeout(() => delete element.dataset['changed'], brightForMs)
    return () => clearTimeout(timer)
  }, [value])
  return ref
}

export const Numeric = memo(function Numeric(props: NumericProps) {
  const { metric, value, freshness, age, reason, alarm } = props
  const ref = useBrightening(value)
  const missing = freshness === 'missing' || value === null
  const text = missing ? '–' : formatValue(value, decimalsOf(metric))
  const note = missing ? reason : freshness === 'stale' ? age : props.estimated ? '≈' : ''
  return (
    <div
      className="numeric ltr"
      data-hue={hueOf(metric)}
      data-freshness={missing ? 'missing' : freshness}
      data-alarm={alarm}
      data-flash={alarm}
      data-acknowledged={props.acknowledged || undefined}
      title={`${titleOf(metric)}${missing ? `: ${reason}` : ''}`}
    >
      <span className="numeric-label">
        {labelOf(metric)}
        <span className="numeric-unit">{note === '' ? unitTextOf(metric) : ''}</span>
        {note !== '' && <span className="numeric-note">{note}</span>}
      </span>
      <span className="numeric-value" ref={ref as React.RefObject<HTMLSpanElement>}>
        {text}
      </span>
    </div>
  )
})
