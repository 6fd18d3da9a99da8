import { useTranslation } from 'react-i18next'
import type { AnchorsView } from '../../../../src/ledger/contract.ts'

const mostShown = 5

export function Anchored({ view }: { readonly view: AnchorsView }) {
  const { t, i18n } = useTranslation()
  const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <section aria-labelledby="ledger-anchored">
      <h2 id="ledger-anchored">{t('ledger.anchored')}</h2>
      {view.anchors.length === 0 && <p className="dim">{t('ledger.notYet')}</p>}
      <ul>
        {view.anchors.slice(0, mostShown).map((one) => (
          <li key={`${one.place} ${one.size} ${one.triedAt}`} className="security-entry">
            <div>
              <p>
                {t(`ledger.place.${one.place}`)} · {t('ledger.leaves', { count: one.size })} ·{' '}
                {t(`ledger.state.${one.state}`)}
              </p>
              <p className="dim small">
                {[time.format(new Date(one.vouchedAt ?? one.triedAt)), one.error ?? one.reference]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {view.peers.map((peer) => (
        <p key={peer.account} className={peer.fault ? 'security-failure' : 'dim small'}>
          {peer.url}: {peer.fault ?? t('ledger.consistent', { count: peer.size })}
        </p>
      ))}
    </section>
  )
}
