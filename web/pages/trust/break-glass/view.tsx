/** Emergency access, for who treats: find somebody exactly, open the record for a time, and account for it. */
import { useTranslation } from 'react-i18next'
import type { BrokenGlassView } from '../../../../src/consent/contract.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { useActs } from '../../account/security/use-account.ts'
import { FindPatient } from './find-patient.tsx'
import { OwnAccess } from './own-access.tsx'
import '../../../kit/break-glass/break-glass.css'
import '../../account/security/security.css'

export default function BreakGlass() {
  const { t } = useTranslation()
  const { query, failure, act } = useActs<readonly BrokenGlassView[]>('/api/break-glass')
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>{t('consent.glass.title')}</h1>
        <span className="dim small">{t('consent.glass.intro')}</span>
      </div>
      <FindPatient onBroken={() => void query.refetch()} />
      <section aria-labelledby="glass-mine">
        <h2 id="glass-mine">{t('consent.glass.mine')}</h2>
        <p className="security-failure" role="alert">
          {failure !== undefined && t('account.failed', { reason: failure })}
        </p>
        <QueryStates query={query}>
          {(list) =>
            list.length === 0 ? (
              <p className="dim">{t('consent.glass.noneMine')}</p>
            ) : (
              <ul>
                {list.map((one) => (
                  <OwnAccess key={one.id} access={one} act={act} />
                ))}
              </ul>
            )
          }
        </QueryStates>
      </section>
    </div>
  )
}
