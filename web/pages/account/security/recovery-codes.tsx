import { useState } from 'react'
import { useTranslation } from 'react-i18next'

/** Shown once. Leaving needs a word that they are kept, for nobody can show them again. */
export function RecoveryCodeList(props: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const { codes, onKept } = props
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(codes.join('\n'))
    setCopied(true)
  }
  return (
    <section className="security-step" aria-label={t('account.secondFactor.codesTitle')}>
      <h3>{t('account.secondFactor.codesTitle')}</h3>
      <p className="dim small">{t('account.secondFactor.codesText')}</p>
      <ol className="recovery-codes ltr">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="security-acts">
        <button type="button" className="plain-button" onClick={() => void copy().catch(() => {})}>
          {t(copied ? 'account.secondFactor.copied' : 'account.secondFactor.copy')}
        </button>
        <button type="button" className="plain-button" onClick={onKept}>
          {t('account.secondFactor.kept')}
        </button>
      </div>
    </section>
  )
}
