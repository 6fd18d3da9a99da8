/** Scan, type the code, on. The secret is also there as text, for who cannot scan. */
import { type FormEvent, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewSecondFactor } from '../../../../src/identity/contract.ts'
import { QrCode } from './qr-code.tsx'

export interface SetupProps {
  readonly secret: NewSecondFactor
  readonly busy: boolean
  readonly onCode: (code: string) => void
  readonly onCancel: () => void
}

export function SecondFactorSetup({ secret, busy, onCode, onCancel }: SetupProps) {
  const { t } = useTranslation()
  const field = useId()
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    onCode(String(new FormData(event.currentTarget).get('code') ?? ''))
  }
  return (
    <form className="security-step" onSubmit={send}>
      <p>{t('account.secondFactor.scan')}</p>
      <QrCode text={secret.uri} label={t('account.secondFactor.qr')} />
      <p className="small">
        {t('account.secondFactor.byHand')}{' '}
        <code className="ltr">{secret.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <label htmlFor={field}>{t('account.secondFactor.code')}</label>
      <input
        id={field}
        name="code"
        className="field ltr"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9 ]{6,7}"
        required
      />
      <div className="security-acts">
        <button type="submit" className="plain-button" disabled={busy}>
          {t('account.secondFactor.confirm')}
        </button>
        <button type="button" className="plain-button" onClick={onCancel}>
          {t('account.secondFactor.cancel')}
        </button>
      </div>
    </form>
  )
}
