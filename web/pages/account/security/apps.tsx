import { useTranslation } from 'react-i18next'
import type { AppAccessView } from '../../../../src/identity/contract.ts'
import { deleteAt } from '../../../app/api/client.ts'
import { localNowMs } from '../../../app/clock.ts'
import { formatMoment } from '../../../kit/format.ts'
import { Entry, Section } from './section.tsx'
import { useAccount } from './use-account.ts'

/** Apps with lasting access. Few people have any, and who has none is not told about it. */
export function Apps() {
  const { t } = useTranslation()
  const { query, busy, failure, act } = useAccount<readonly AppAccessView[]>('apps')
  const apps = query.data ?? []
  if (apps.length === 0) return null
  return (
    <Section title={t('account.apps.title')} text={t('account.apps.text')} failure={failure}>
      <ul>
        {apps.map((app) => {
          const moment = formatMoment(Date.parse(app.grantedAt), localNowMs())
          const scopes = app.scopes.join(' ')
          return (
            <Entry key={app.id} title={app.name} text={`${t('account.apps.since', { moment })} · ${scopes}`}>
              <button
                type="button"
                className="plain-button"
                disabled={busy}
                aria-label={t('account.apps.endThis', { app: app.name })}
                onClick={() => void act(() => deleteAt(`/api/account/apps/${encodeURIComponent(app.id)}`))}
              >
                {t('account.sessions.end')}
              </button>
            </Entry>
          )
        })}
      </ul>
    </Section>
  )
}
