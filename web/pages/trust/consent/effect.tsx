/** What a decision would change, before it is made: who sees less, who sees more, and how many of each kind of data. */
import { useTranslation } from 'react-i18next'
import type { AccessPreview } from '../../../../src/consent/contract.ts'
import { useClassWords } from './words.ts'

export function Effect({ preview, text }: { readonly preview: AccessPreview; readonly text: string }) {
  const { t } = useTranslation()
  const classes = useClassWords()
  const changed = preview.classes.filter(({ before, after }) => before !== after)
  const most = Math.max(1, ...preview.classes.map(({ before, after }) => Math.max(before, after)))
  return (
    <section className="consent-effect" aria-live="polite">
      <h3>{t('consent.happens')}</h3>
      <ul>
        {preview.lose.length === 0 && <li className="dim">{t('consent.nobodyLoses')}</li>}
        {preview.lose.map((one) => (
          <li key={one.name}>{t('consent.loses', { name: one.name, classes: classes(one.classes) })}</li>
        ))}
        {preview.gain.length === 0 && <li className="dim">{t('consent.nobodyGains')}</li>}
        {preview.gain.map((one) => (
          <li key={one.name}>{t('consent.gains', { name: one.name, classes: classes(one.classes) })}</li>
        ))}
      </ul>
      {changed.length > 0 && (
        <table className="consent-counts">
          <caption className="small dim">{t('consent.count')}</caption>
          <thead>
            <tr>
              <td />
              <th scope="col">{t('consent.now')}</th>
              <th scope="col">{t('consent.afterwards')}</th>
            </tr>
          </thead>
          <tbody>
            {changed.map(({ dataClass, before, after }) => (
              <tr key={dataClass}>
                <th scope="row">{t(`consent.class.${dataClass}`)}</th>
                <td>
                  <Count value={before} most={most} />
                </td>
                <td>
                  <Count value={after} most={most} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details open>
        <summary>{t('consent.words')}</summary>
        <blockquote>{text}</blockquote>
      </details>
    </section>
  )
}

const Count = ({ value, most }: { readonly value: number; readonly most: number }) => (
  <span className="consent-bar">
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect width={(100 * value) / most} height="8" />
    </svg>
    {value}
  </span>
)
