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
import { fetchPrompt } from './prompt.ts'
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

function Credentials({ uid }: { readonly uid: string }) {
  const { t } = useTranslation()
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
      <p className="sign-in-demo">{t('signIn.demo')}</p>
    </form>
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
          <Credentials uid={uid} />
        )}
      </main>
    </FormFrame>
  )
}
