import { useTranslation } from 'react-i18next'
import { session } from '../../../app/session/session.ts'
import { StateMessage } from '../../../kit/states/state-message.tsx'

export default function SignedOut() {
  const { t } = useTranslation()
  return (
    <StateMessage
      kind="empty"
      title={t('signIn.signedOut')}
      text={t('signIn.signedOutText')}
      action={
        <button type="button" className="plain-button" onClick={() => void session.signIn('/')}>
          {t('signIn.submit')}
        </button>
      }
    />
  )
}
