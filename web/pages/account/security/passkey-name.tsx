import { type FormEvent, useId } from 'react'
import { useTranslation } from 'react-i18next'

export interface PasskeyNameProps {
  readonly name: string
  readonly busy: boolean
  readonly onName: (name: string) => void
  readonly onCancel: () => void
}

/** What the person calls it: asked before it is made, and to change it. */
export function PasskeyName({ name, busy, onName, onCancel }: PasskeyNameProps) {
  const { t } = useTranslation()
  const field = useId()
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    onName(String(new FormData(event.currentTarget).get('name') ?? ''))
  }
  return (
    <form className="security-step" onSubmit={send}>
      <label htmlFor={field}>{t('account.passkeys.name')}</label>
      <input id={field} name="name" className="field" defaultValue={name} maxLength={80} required />
      <div className="security-acts">
        <button type="submit" className="plain-button" disabled={busy}>
          {t('account.passkeys.save')}
        </button>
        <button type="button" className="plain-button" onClick={onCancel}>
          {t('account.confirm.cancel')}
        </button>
      </div>
    </form>
  )
}
