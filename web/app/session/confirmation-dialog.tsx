/** "Is it you?": asks the person who is signed in to prove it again, then lets what waited go on. */
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SecondFactorView } from '../../../src/identity/contract.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { FormFrame } from '../../kit/form/form-frame.tsx'
import { getJson } from '../api/client.ts'
import { confirmation } from './confirmation.ts'
import './confirmation.css'
import { session } from './session.ts'

const secondFactorPath = '/api/account/second-factor'

type Trouble = 'wrong' | 'locked' | 'failed'

async function confirm(proof: object): Promise<Trouble | undefined> {
  try {
    const token = await session.accessToken()
    const response = await fetch('/api/account/confirm', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` },
      body: JSON.stringify(proof),
    })
    if (response.ok) return undefined
    if (response.status === 429) return 'locked'
    return response.status === 403 ? 'wrong' : 'failed'
  } catch {
    return 'failed'
  }
}

export default function ConfirmationDialog() {
  const { t } = useTranslation()
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const secondFactor = useQuery({
    queryKey: [secondFactorPath],
    queryFn: ({ signal }) => getJson<SecondFactorView>(secondFactorPath, signal),
  })
  const prove = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const form = new FormData(event.currentTarget)
    const answer = await confirm(Object.fromEntries(form))
    setBusy(false)
    setTrouble(answer)
    if (answer === undefined) confirmation.answer(true)
  }
  return (
    <Dialog label={t('account.confirm.title')} onClose={() => confirmation.answer(false)}>
      <FormFrame>
        <form className="confirmation" onSubmit={(event) => void prove(event)}>
          <h2>{t('account.confirm.title')}</h2>
          <p className="dim">{t('account.confirm.text')}</p>
          <PasswordInput
            size="md"
            name="password"
            label={t('signIn.password')}
            autoComplete="current-password"
            autoFocus
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          />
          {secondFactor.data?.on && (
            <TextInput
              size="md"
              name="code"
              label={t('signIn.code')}
              autoComplete="one-time-code"
              autoCapitalize="characters"
              spellCheck={false}
              required
              withAsterisk={false}
            />
          )}
          <p className="confirmation-trouble" role="alert">
            {trouble && t(`account.confirm.${trouble}`)}
          </p>
          <div className="confirmation-acts">
            <Button size="md" type="submit" disabled={busy}>
              {t('account.confirm.submit')}
            </Button>
            <Button size="md" variant="default" onClick={() => confirmation.answer(false)}>
              {t('account.confirm.cancel')}
            </Button>
          </div>
        </form>
      </FormFrame>
    </Dialog>
  )
}
