/** One certificate: where it stands, what it is known by, and its revocation. */
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type CertificateRevocation,
  type DeviceCertificateView,
  type RevocationReason,
  revocationReasons,
} from '../../../../src/devices/contract.ts'
import { formatExact } from '../../../kit/format.ts'
import { groupedHex, Life } from './life.tsx'

export interface CertificateEntryProps {
  readonly certificate: DeviceCertificateView
  readonly busy: boolean
  /** undefined: this person may only look. */
  readonly onRevoke: ((revocation: CertificateRevocation) => void) | undefined
}

export function CertificateEntry({ certificate, busy, onRevoke }: CertificateEntryProps) {
  const { t, i18n } = useTranslation()
  const [asking, setAsking] = useState(false)
  const { serial, fingerprint, state, revoked } = certificate
  const exact = (iso: string): string => formatExact(Date.parse(iso), i18n.language)
  const isOver = state === 'revoked' || state === 'ended'
  return (
    <li className="cert-entry">
      <div className="cert-entry-head">
        <Life certificate={certificate} />
        {onRevoke && state !== 'revoked' && !asking && (
          <button type="button" className="plain-button" onClick={() => setAsking(true)}>
            {t('deviceIdentity.revoke')}
            <span className="sr-only"> {serial}</span>
          </button>
        )}
      </div>
      <p className="dim small">
        {t('deviceIdentity.span', { from: exact(certificate.notBefore), to: exact(certificate.notAfter) })} ·{' '}
        {t(`deviceIdentity.by.${certificate.obtainedBy}`)}
        {!isOver && ` · ${t('deviceIdentity.renewsFrom', { moment: exact(certificate.renewsFrom) })}`}
      </p>
      {revoked && (
        <p className="small">
          {t('deviceIdentity.revoked', {
            moment: exact(revoked.at),
            reason: t(`deviceIdentity.reason.${revoked.reason}`),
          })}
          {revoked.note && ` · ${revoked.note}`}
        </p>
      )}
      <dl className="cert-facts">
        <dt>SHA-256</dt>
        <dd className="ltr cert-hex">{groupedHex(fingerprint)}</dd>
        <dt>{t('deviceIdentity.serial')}</dt>
        <dd className="ltr cert-hex">{serial}</dd>
      </dl>
      {asking && onRevoke && <RevokeForm busy={busy} onRevoke={onRevoke} onCancel={() => setAsking(false)} />}
    </li>
  )
}

interface RevokeFormProps {
  readonly busy: boolean
  readonly onRevoke: (revocation: CertificateRevocation) => void
  readonly onCancel: () => void
}

function RevokeForm({ busy, onRevoke, onCancel }: RevokeFormProps) {
  const { t } = useTranslation()
  const id = useId()
  const [reason, setReason] = useState<RevocationReason>('key-compromise')
  const [note, setNote] = useState('')
  return (
    <form
      className="cert-form"
      onSubmit={(event) => {
        event.preventDefault()
        onRevoke({ reason, ...(note.trim() ? { note: note.trim() } : {}) })
      }}
    >
      <p>{t('deviceIdentity.revokeText')}</p>
      <label htmlFor={`${id}-reason`}>{t('deviceIdentity.why')}</label>
      <select
        id={`${id}-reason`}
        className="field"
        value={reason}
        onChange={(event) => setReason(event.target.value as RevocationReason)}
      >
        {revocationReasons.map((each) => (
          <option key={each} value={each}>
            {t(`deviceIdentity.reason.${each}`)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-note`}>{t('deviceIdentity.note')}</label>
      <input
        id={`${id}-note`}
        className="field"
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <p className="cert-acts">
        <button type="button" className="plain-button" onClick={onCancel}>
          {t('deviceIdentity.cancel')}
        </button>
        <button type="submit" className="plain-button" disabled={busy}>
          {t('deviceIdentity.revokeNow')}
        </button>
      </p>
    </form>
  )
}
