/** The first administrator of a fresh server: whoever holds the printed link names themselves, once. */
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { session } from '../../../app/session/session.ts'
import { FormFrame } from '../../../kit/form/form-frame.tsx'
import { Brand } from '../sign-in/brand.tsx'
import { type Accepted, acceptWelcome } from './accept.ts'
import '../sign-in/sign-in.css'

/** NIST SP 800-63B-4: length counts, composition rules do not. The server holds to the same. */
const leastPasswordLength = 12

function Trouble({ answer }: { readonly answer: Accepted | undefined }) {
  const { t } = useTranslation()
  const text =
    answer?.outcome === 'refused' ? answer.reason : answer?.outcome === 'failed' ? t('welcome.failed') : ''
  return (
    <p className="sign-in-trouble" role="alert">
      {text}
    </p>
  )
}

function Ended({ spent }: { readonly spent: boolean }) {
  const { t } = useTranslation()
  return (
    <div className="sign-in-form">
      <Brand />
      <h1>{t(spent ? 'welcome.spentTitle' : 'welcome.doneTitle')}</h1>
      <p className="dim">{t(spent ? 'welcome.spentText' : 'welcome.doneText')}</p>
      <Button size="md" onClick={() => void session.signIn('/')}>
        {t('signIn.submit')}
      </Button>
    </div>
  )
}

function Invitation({ token, onEnd }: { readonly token: string; readonly onEnd: (spent: boolean) => void }) {
  const { t } = useTranslation()
  const [answer, setAnswer] = useState<Accepted | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const form = new FormData(event.currentTarget)
    const given = (name: string): string => String(form.get(name) ?? '')
    const next = await acceptWelcome(token, {
      name: given('name'),
      email: given('email'),
      password: given('password'),
    })
    setBusy(false)
    setAnswer(next)
    if (next.outcome === 'made' || next.outcome === 'spent') onEnd(next.outcome === 'spent')
  }
  return (
    <form className="sign-in-form" onSubmit={(event) => void send(event)}>
      <Brand />
      <h1>{t('welcome.title')}</h1>
      <p className="dim">{t('welcome.text')}</p>
      <TextInput
        size="md"
        name="name"
        label={t('welcome.name')}
        autoComplete="name"
        required
        withAsterisk={false}
      />
      <TextInput
        size="md"
        name="email"
        type="email"
        label={t('signIn.email')}
        autoComplete="username"
        required
        withAsterisk={false}
      />
      <PasswordInput
        size="md"
        name="password"
        label={t('signIn.password')}
        description={t('welcome.passwordRule')}
        autoComplete="new-password"
        minLength={leastPasswordLength}
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
      />
      <Trouble answer={answer} />
      <Button size="md" type="submit" disabled={busy}>
        {t('welcome.submit')}
      </Button>
      <p className="sign-in-demo">{t('welcome.next')}</p>
    </form>
  )
}

export default function Welcome() {
  const { token = '' } = useParams()
  const [ended, setEnded] = useState<{ readonly spent: boolean } | undefined>(undefined)
  return (
    <FormFrame>
      <main className="sign-in">
        {ended ? (
          <Ended spent={ended.spent} />
        ) : (
          <Invitation token={token} onEnd={(spent) => setEnded({ spent })} />
        )}
      </main>
    </FormFrame>
  )
}
