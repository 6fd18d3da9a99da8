/** Sign-in: email, password, one calm answer. The provider sent the browser here and takes it back afterwards. */
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { session } from '../../../app/session/session.ts'
import { FormFrame } from '../../../kit/form/form-frame.tsx'
import { Brand } from './brand.tsx'
import { Consent } from './consent.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { fetchPrompt } from './prompt.ts'
import { rememberCode, submit, type Trouble, usesCode } from './submit.ts'
import './sign-in.css'

interface CredentialsProps {
  readonly uid: string
  readonly passkeyHost: string | undefined
}

function Credentials({ uid, passkeyHost }: CredentialsProps) {
  const { t } = useTranslation()
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const [withCode, setWithCode] = useState(usesCode)
  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const given = Object.fromEntries(new FormData(event.currentTarget))
    const answer = await submit(uid, given)
    setTrouble(answer)
    if (!answer) return rememberCode(Boolean(given['code']))
    // The server does not say which part was wrong; perhaps it is the code that was not asked for yet.
    if (answer === 'wrong') setWithCode(true)
    setBusy(false)
  }
  return (
    <form onSubmit={(event) => void send(event)}>
      <Brand />
      <h1>{t('signIn.title')}</h1>
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
        autoComplete="current-password"
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
      />
      {withCode && <CodeField />}
      <p className="sign-in-trouble" role="alert">
        {trouble && t(`signIn.${trouble}`)}
      </p>
      {trouble === 'expired' ? (
        <Button size="md" onClick={() => void session.signIn('/')}>
          {t('signIn.again')}
        </Button>
      ) : (
        <Button size="md" type="submit" disabled={busy}>
          {t('signIn.submit')}
        </Button>
      )}
      <PasskeyButton uid={uid} host={passkeyHost} />
      {!withCode && (
        <button type="button" className="sign-in-link" onClick={() => setWithCode(true)}>
          {t('signIn.withCode')}
        </button>
      )}
      <p className="sign-in-demo">{t('signIn.demo')}</p>
    </form>
  )
}

function CodeField() {
  const { t } = useTranslation()
  return (
    <TextInput
      size="md"
      name="code"
      label={t('signIn.code')}
      description={t('signIn.codeText')}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      spellCheck={false}
    />
  )
}

export default function SignIn() {
  const { uid = '' } = useParams()
  const prompt = useQuery({ queryKey: ['sign-in', uid], queryFn: () => fetchPrompt(uid), retry: false })
  return (
    <FormFrame>
      <main className="sign-in">
        {prompt.data?.prompt === 'consent' ? (
          <Consent uid={uid} prompt={prompt.data} />
        ) : (
          <Credentials uid={uid} passkeyHost={prompt.data?.passkeyHost} />
        )}
      </main>
    </FormFrame>
  )
}
