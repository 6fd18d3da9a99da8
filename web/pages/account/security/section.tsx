import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import './security.css'

export interface SectionProps {
  readonly title: string
  readonly text: string
  readonly action?: ReactNode
  readonly failure?: string | undefined
  readonly children?: ReactNode
}

/** One matter of the account: what it is, what is there, what can be done, and what did not work. */
export function Section({ title, text, action, failure, children }: SectionProps) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <section className="security" aria-labelledby={id}>
      <div className="security-head">
        <div>
          <h2 id={id}>{title}</h2>
          <p className="dim small">{text}</p>
        </div>
        {action}
      </div>
      <p className="security-failure" role="alert">
        {failure !== undefined && t('account.failed', { reason: failure })}
      </p>
      {children}
    </section>
  )
}

export interface EntryProps {
  readonly title: ReactNode
  readonly text: ReactNode
  readonly children?: ReactNode
}

export function Entry({ title, text, children }: EntryProps) {
  return (
    <li className="security-entry">
      <div>
        <p>{title}</p>
        <p className="dim small">{text}</p>
      </div>
      {children}
    </li>
  )
}
