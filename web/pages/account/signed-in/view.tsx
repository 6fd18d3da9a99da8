/** Where the provider sends the browser back: the code becomes a session, and the person goes where they meant to. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { session } from '../../../app/session/session.ts'
import { StateMessage } from '../../../kit/states/state-message.tsx'

/** One exchange for each page load: a code works once, and React mounts twice while developing. */
let completing: Promise<string | undefined> | undefined

export default function SignedIn() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    completing ??= session.complete(new URLSearchParams(location.search))
    void completing.then((returnTo) => {
      if (returnTo === undefined) return setFailed(true)
      completing = undefined
      navigate(returnTo, { replace: true })
    })
  }, [navigate])
  if (!failed) {
    return (
      <p className="state dim" role="status">
        {t('signIn.returning')}
      </p>
    )
  }
  return (
    <StateMessage
      kind="error"
      title={t('signIn.didNotWork')}
      text={t('signIn.didNotWorkText')}
      action={
        <button type="button" className="plain-button" onClick={() => void session.signIn('/')}>
          {t('signIn.again')}
        </button>
      }
    />
  )
}
