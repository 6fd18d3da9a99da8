import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { StateMessage } from '../../kit/states/state-message.tsx'

export function Unknown() {
  const { t } = useTranslation()
  return (
    <StateMessage
      kind="empty"
      title={t('state.unknownTitle')}
      text={t('state.unknownText')}
      action={<Link to="/">{t('app.name')}</Link>}
    />
  )
}
