/** What a page says when it has nothing else to show: what happened, what is safe, what to do. */
import type { ReactNode } from 'react'
import './states.css'

export interface StateMessageProps {
  readonly title: string
  readonly text: string
  readonly kind: 'empty' | 'denied' | 'error'
  readonly action?: ReactNode
}

export function StateMessage({ title, text, kind, action }: StateMessageProps) {
  return (
    <section className="state" data-state={kind} role={kind === 'error' ? 'alert' : undefined}>
      <h2>{title}</h2>
      <p>{text}</p>
      {action}
    </section>
  )
}

export function SkeletonLines({ count = 6 }: { readonly count?: number }) {
  return (
    <div className="page" aria-hidden="true" data-state="loading">
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
        <div key={i} className="skeleton-line" style={{ width: `${92 - ((i * 17) % 40)}%` }} />
      ))}
    </div>
  )
}
