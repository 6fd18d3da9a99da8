/** Sign-in: email, password, one calm answer. The provider sent the browser here and takes it back afterwards. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { session } from '../../../app/session/session.ts'
import './sign-in.css'

type Trouble = 'wrong' | 'failed' | 'expired'

async function submit(uid: string, form: FormData): Promise<Trouble | undefined> {
  try {
    const response = await fetch(`/api/sign-in/${encodeURIComponent(uid)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: form.get('email'), password: form.get('password') }),
    })
    if (response.status === 401) return 'wrong'
    if (response.status === 404 || response.status === 410) return 'expired'
    if (!response.ok) return 'failed'
    const { redirectTo } = (await response.json()) as { redirectTo: string }
    location.assign(redirectTo)
    return undefined
  } catch {
    return 'failed'
  }
}

export default function SignIn() {
  const { t } = useTranslation()
  const { uid = '' } = useParams()
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const answer = await submit(uid, new FormData(event.currentTarget))
    setTrouble(answer)
    if (answer) setBusy(false)
  }
  return (
    <main className="sign-in">
      <form onSubmit={(event) => void send(event)}>
        <p className="sign-in-brand">
          <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
            <path
              d="M3 17h7l3-9 5 17 3-8h8"
              fill="none"
              stroke="currentColor"
              strokeWidth="2.4"
              strokeLinejoin="round"
              strokeLinecap="round"
            />
          </svg>
          {t('app.name')}
        </p>
        <h1>{t('signIn.title')}</h1>
        <label>
          {t('signIn.email')}
          <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          {t('signIn.password')}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <p className="sign-in-trouble" role="alert">
          {trouble && t(`signIn.${trouble}`)}
        </p>
        {trouble === 'expired' ? (
          <button type="button" onClick={() => void session.signIn('/')}>
            {t('signIn.again')}
          </button>
        ) : (
          <button type="submit" disabled={busy}>
            {t('signIn.submit')}
          </button>
        )}
        <p className="sign-in-demo">{t('signIn.demo')}</p>
      </form>
    </main>
  )
}
