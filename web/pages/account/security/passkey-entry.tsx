import { useTranslation } from 'react-i18next'
import type { PasskeyView } from '../../../../src/identity/contract.ts'
import { localNowMs } from '../../../app/clock.ts'
import { formatMoment } from '../../../kit/format.ts'
import { Entry } from './section.tsx'

export function PasskeyEntry(props: {
  readonly passkey: PasskeyView
  readonly busy: boolean
  readonly onRename: () => void
  readonly onRemove: () => void
}) {
  const { passkey, busy, onRename, onRemove } = props
  const { t } = useTranslation()
  const { name, synced, createdAt, lastUsedAt } = passkey
  const moment = (iso: string) => ({ moment: formatMoment(Date.parse(iso), localNowMs()) })
  const words = [
    t('account.passkeys.added', moment(createdAt)),
    lastUsedAt ? t('account.passkeys.used', moment(lastUsedAt)) : t('account.passkeys.unused'),
    ...(synced ? [t('account.passkeys.synced')] : []),
  ]
  const button = (word: string, label: string, onClick: () => void) => (
    <button type="button" className="plain-button" disabled={busy} aria-label={label} onClick={onClick}>
      {word}
    </button>
  )
  return (
    <Entry title={name} text={words.join(', ')}>
      <div className="security-acts">
        {button(t('account.passkeys.rename'), t('account.passkeys.renameThis', { name }), onRename)}
        {button(t('account.passkeys.remove'), t('account.passkeys.removeThis', { name }), onRemove)}
      </div>
    </Entry>
  )
}
