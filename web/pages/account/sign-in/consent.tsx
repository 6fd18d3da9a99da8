/** Another app asks to act for the person: which, for what, and a plain yes or no. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SignInPrompt } from '../../../../src/identity/contract.ts'
import { answerConsent } from './prompt.ts'

export function Consent({ uid, prompt }: { readonly uid: string; readonly prompt: SignInPrompt }) {
  const { t } = useTranslation()
  const [failed, setFailed] = useState(false)
  const answer = async (allow: boolean): Promise<void> => {
    const redirectTo = await answerConsent(uid, allow)
    if (redirectTo === undefined) setFailed(true)
    else location.assign(redirectTo)
  }
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <h1>{t('signIn.consentTitle', { app: prompt.client.name })}</h1>
      <p className="dim">{t('signIn.consentText')}</p>
      <ul className="consent-scopes">
        {prompt.scopes.map((scope) => (
          <li key={scope}>
            <code>{scope}</code>
          </li>
        ))}
      </ul>
      {failed && <p role="alert">{t('signIn.failed')}</p>}
      <Button size="md" onClick={() => void answer(true)}>
        {t('signIn.allow')}
      </Button>
      <Button size="md" variant="default" onClick={() => void answer(false)}>
        {t('signIn.deny')}
      </Button>
    </form>
  )
}
