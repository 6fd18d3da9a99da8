import { useState } from 'react'
import { useTranslation } from 'react-i18next'

/** Text to be taken elsewhere, and the button that takes it. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <figure className="copyable">
      <figcaption>
        {label}
        <button type="button" className="plain-button" onClick={() => void copy().catch(() => {})}>
          {t(copied ? 'deviceIdentity.copied' : 'deviceIdentity.copy')}
          <span className="sr-only"> {label}</span>
        </button>
      </figcaption>
      <pre className="ltr">{text}</pre>
    </figure>
  )
}
