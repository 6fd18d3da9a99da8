/** The device's secret: since when, used when, and its rotation. The new one is shown once. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceSecretView, IssuedCredential } from '../../../../src/devices/contract.ts'
import { formatExact } from '../../../kit/format.ts'
import { Copyable } from './copyable.tsx'

export interface SecretProps {
  readonly secret: DeviceSecretView | null
  readonly issued: IssuedCredential | undefined
  readonly busy: boolean
  /** undefined: this person may only look. */
  readonly acts:
    | { readonly rotate: (overlapHours: number) => void; readonly takeAway: () => void }
    | undefined
}

/** Long enough for who walks from bed to bed; 0 is for a secret that somebody else may have. */
const overlapHours = 24

export function Secret({ secret, issued, busy, acts }: SecretProps) {
  const { t, i18n } = useTranslation()
  const [sure, setSure] = useState(false)
  const exact = (iso: string): string => formatExact(Date.parse(iso), i18n.language)
  return (
    <section className="cert-step" aria-label={t('deviceIdentity.secret')}>
      <h3>{t('deviceIdentity.secret')}</h3>
      <p className="small">
        {secret === null
          ? t('deviceIdentity.noSecret')
          : t('deviceIdentity.secretSince', { moment: exact(secret.issuedAt) })}{' '}
        {secret?.lastUsedAt && t('deviceIdentity.secretUsed', { moment: exact(secret.lastUsedAt) })}
      </p>
      {secret?.previousUntil && (
        <p className="small">{t('deviceIdentity.overlap', { moment: exact(secret.previousUntil) })}</p>
      )}
      {issued && (
        <div role="status">
          <Copyable label={t('deviceIdentity.newSecret')} text={issued.password} />
          <p className="dim small">{t('deviceIdentity.shownOnce')}</p>
        </div>
      )}
      {acts && !sure && (
        <p className="cert-acts">
          <button
            type="button"
            className="plain-button"
            disabled={busy}
            onClick={() => acts.rotate(overlapHours)}
          >
            {t(secret === null ? 'deviceIdentity.makeSecret' : 'deviceIdentity.rotate')}
          </button>
          {secret && (
            <button type="button" className="plain-button" disabled={busy} onClick={() => setSure(true)}>
              {t('deviceIdentity.endSecret')}
            </button>
          )}
        </p>
      )}
      {acts && sure && (
        <div className="cert-form">
          <p>{t('deviceIdentity.endSecretText')}</p>
          <p className="cert-acts">
            <button type="button" className="plain-button" onClick={() => setSure(false)}>
              {t('deviceIdentity.cancel')}
            </button>
            <button
              type="button"
              className="plain-button"
              onClick={() => {
                setSure(false)
                acts.rotate(0)
              }}
            >
              {t('deviceIdentity.replaceNow')}
            </button>
            <button
              type="button"
              className="plain-button"
              onClick={() => {
                setSure(false)
                acts.takeAway()
              }}
            >
              {t('deviceIdentity.takeAway')}
            </button>
          </p>
        </div>
      )}
      {acts && !sure && secret && <p className="dim small">{t('deviceIdentity.rotateText')}</p>}
    </section>
  )
}
