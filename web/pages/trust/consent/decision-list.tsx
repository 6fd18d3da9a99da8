import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConsentView } from '../../../../src/consent/contract.ts'
import { postJson } from '../../../app/api/client.ts'
import { Dialog } from '../../../kit/dialog.tsx'
import { useClassWords, useDay } from './words.ts'

export function DecisionList(props: {
  readonly path: string
  readonly decisions: readonly ConsentView[]
  readonly onWithdrawn: () => void
}) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState<ConsentView | undefined>(undefined)
  const [failure, setFailure] = useState('')
  const withdraw = async ({ id }: ConsentView): Promise<void> => {
    setAsked(undefined)
    try {
      await postJson(`${props.path}/${encodeURIComponent(id)}/withdraw`, {})
      setFailure('')
      props.onWithdrawn()
    } catch (error) {
      setFailure((error as Error).message)
    }
  }
  if (props.decisions.length === 0) return <p className="dim">{t('consent.none')}</p>
  return (
    <>
      <p className="security-failure" role="alert">
        {failure !== '' && t('account.failed', { reason: failure })}
      </p>
      <ul className="consent-decisions">
        {props.decisions.map((one) => (
          <Decision key={one.id} decision={one} onWithdraw={() => setAsked(one)} />
        ))}
      </ul>
      {asked && (
        <Dialog label={t('consent.withdrawThis', { title: asked.title })} onClose={() => setAsked(undefined)}>
          <div className="security-step">
            <h2>{t('consent.withdrawThis', { title: asked.title })}</h2>
            <p>{t('consent.withdrawText')}</p>
            <div className="security-acts">
              <button type="button" className="plain-button" onClick={() => void withdraw(asked)}>
                {t('consent.withdraw')}
              </button>
              <button type="button" className="plain-button" onClick={() => setAsked(undefined)}>
                {t('consent.cancel')}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  )
}

function Decision({
  decision,
  onWithdraw,
}: {
  readonly decision: ConsentView
  readonly onWithdraw: () => void
}) {
  const { t } = useTranslation()
  const classes = useClassWords()
  const day = useDay()
  const { title, status, who, until, givenAt, givenBy, withdrawnAt } = decision
  const over =
    status === 'withdrawn'
      ? t('consent.withdrawnOn', { date: day(withdrawnAt) })
      : status === 'ended'
        ? t('consent.endedOn', { date: day(until) })
        : t('consent.by', { date: day(givenAt), name: givenBy })
  return (
    <li className="consent-decision" data-status={status}>
      <div>
        <p>
          <strong>{title}</strong> <span className="consent-status">{t(`consent.status.${status}`)}</span>
        </p>
        <p className="small">
          {[
            who,
            classes(decision.classes),
            until && status === 'active' && t('consent.until', { date: day(until) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <p className="dim small">{over}</p>
      </div>
      {status === 'active' && (
        <button
          type="button"
          className="plain-button"
          aria-label={t('consent.withdrawThis', { title })}
          onClick={onWithdraw}
        >
          {t('consent.withdraw')}
        </button>
      )}
    </li>
  )
}
