/** One vital sign as a number: its label, its value, its unit, and whether it may be believed. */
import { memo, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { hueOf, labelOf, titleOf } from '../parameters.ts'
import { wordsOf } from '../reading-words.ts'
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
  /** Where several values make one, as in a blood pressure: what to call and how to write it. */
  readonly label?: string | undefined
  readonly text?: string | undefined
  /** Beside a value that is still good: when it was taken. */
  readonly taken?: string | undefined
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
  const { t } = useTranslation()
  const ref = useBrightening(value)
  const missing = freshness === 'missing' || value === null
  const words = missing ? { text: '–', unit: '', isWord: false } : wordsOf(t, metric, value)
  const note = missing ? reason : freshness === 'stale' ? age : props.estimated ? '≈' : (props.taken ?? '')
  return (
    <div
      className="numeric ltr"
      data-hue={hueOf(metric)}
      data-pressure={props.text !== undefined || undefined}
      data-freshness={missing ? 'missing' : freshness}
      data-alarm={alarm}
      data-flash={alarm}
      data-acknowledged={props.acknowledged || undefined}
      title={`${titleOf(metric)}${missing ? `: ${reason}` : ''}`}
    >
      <span className="numeric-label">
        <span className="numeric-name">
          {props.label ?? labelOf(metric)} {words.unit && <span className="numeric-unit">{words.unit}</span>}
        </span>
        {note !== '' && <span className="numeric-note">{note}</span>}
      </span>
      <span
        className="numeric-value"
        data-word={words.isWord || undefined}
        ref={ref as React.RefObject<HTMLSpanElement>}
      >
        {props.text ?? words.text}
      </span>
    </div>
  )
})
