/** "Is it you?": asks the person who is signed in to prove it again, then lets what waited go on. */
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PasskeysView, SecondFactorView } from '../../../src/identity/contract.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { FormFrame } from '../../kit/form/form-frame.tsx'
import { getJson } from '../api/client.ts'
import { confirm, confirmByPasskey, type Trouble } from './confirm.ts'
import { confirmation } from './confirmation.ts'
import './confirmation.css'
import { passkeysWorkHere } from './passkey.ts'

const secondFactorPath = '/api/account/second-factor'
const passkeysPath = '/api/account/passkeys'

export default function ConfirmationDialog() {
  const { t } = useTranslation()
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const secondFactor = useQuery({
    queryKey: [secondFactorPath],
    queryFn: ({ signal }) => getJson<SecondFactorView>(secondFactorPath, signal),
  })
  const passkeys = useQuery({
    queryKey: [passkeysPath],
    queryFn: ({ signal }) => getJson<PasskeysView>(passkeysPath, signal),
  })
  const hasPasskey = passkeysWorkHere(passkeys.data?.host) && passkeys.data!.passkeys.length > 0
  const prove = async (proof: () => Promise<Trouble | undefined>): Promise<void> => {
    setBusy(true)
    const answer = await proof()
    setBusy(false)
    setTrouble(answer)
    if (answer === undefined) confirmation.answer(true)
  }
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const given = Object.fromEntries(new FormData(event.currentTarget))
    void prove(() => confirm(given))
  }
  return (
    <Dialog label={t('account.confirm.title')} onClose={() => confirmation.answer(false)}>
      <FormFrame>
        <form className="confirmation" onSubmit={send}>
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
            {hasPasskey && (
              <Button
                size="md"
                variant="default"
                disabled={busy}
                onClick={() => void prove(confirmByPasskey)}
              >
                {t('account.confirm.passkey')}
              </Button>
            )}
            <Button size="md" variant="default" onClick={() => confirmation.answer(false)}>
              {t('account.confirm.cancel')}
            </Button>
          </div>
        </form>
      </FormFrame>
    </Dialog>
  )
}
