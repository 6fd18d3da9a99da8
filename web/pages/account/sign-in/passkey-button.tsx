import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { passkeysWorkHere } from '../../../app/session/passkey.ts'
import { signInByPasskey } from './passkey.ts'

/** Another way in, where this browser and this address allow it. */
export function PasskeyButton({ uid, host }: { readonly uid: string; readonly host: string | undefined }) {
  const { t } = useTranslation()
  const [trouble, setTrouble] = useState<string | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  if (!passkeysWorkHere(host)) return null
  const go = async (): Promise<void> => {
    setBusy(true)
    setTrouble(undefined)
    const answer = await signInByPasskey(uid)
    setTrouble(answer)
    if (answer) setBusy(false)
  }
  return (
    <>
      <Button size="md" variant="default" disabled={busy} onClick={() => void go()}>
        {t('signIn.passkey')}
      </Button>
      <p className="sign-in-trouble" role="alert">
        {trouble && t(`signIn.${trouble}`)}
      </p>
    </>
  )
}
