/** A patient's own page: what they decided about their data, what they can decide, and what would come of it. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConsentFormView, ConsentView } from '../../../../src/consent/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { useMe } from '../../../app/session/use-session.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { Decide } from './decide.tsx'
import { DecisionList } from './decision-list.tsx'
import '../../account/security/security.css'
import './consent.css'

export default function MyConsent() {
  const { t, i18n } = useTranslation()
  const me = useMe()
  const patient = me?.patient ?? me?.proxyFor?.[0] ?? ''
  const queries = useQueryClient()
  const path = `/api/patients/${encodeURIComponent(patient)}/consents`
  const decided = useQuery({
    queryKey: [path, i18n.language],
    queryFn: ({ signal }) => getJson<readonly ConsentView[]>(`${path}?language=${i18n.language}`, signal),
    enabled: patient !== '',
  })
  const forms = useQuery({
    queryKey: ['consent-forms', i18n.language],
    queryFn: ({ signal }) =>
      getJson<readonly ConsentFormView[]>(`/api/consent-forms?language=${i18n.language}`, signal),
  })
  const [chosen, setChosen] = useState<ConsentFormView | undefined>(undefined)
  const [said, setSaid] = useState('')
  const changed = (words: string): void => {
    setSaid(words)
    setChosen(undefined)
    void queries.invalidateQueries({ queryKey: [path] })
  }
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>{t('consent.title')}</h1>
        <span className="dim small">{t('consent.intro')}</span>
      </div>
      <p className="consent-said" role="status">
        {said}
      </p>
      <section aria-labelledby="consent-decided">
        <h2 id="consent-decided">{t('consent.decided')}</h2>
        <QueryStates query={decided}>
          {(list) => (
            <DecisionList path={path} decisions={list} onWithdrawn={() => changed(t('consent.withdrawn'))} />
          )}
        </QueryStates>
      </section>
      <section aria-labelledby="consent-choose">
        <h2 id="consent-choose">{t('consent.choose')}</h2>
        <QueryStates query={forms}>
          {(list) => (
            <ul className="consent-forms">
              {list.map((form) => (
                <li key={form.id}>
                  <button type="button" className="consent-form" onClick={() => setChosen(form)}>
                    <strong>{form.title}</strong>
                    <span className="dim small">{form.effect}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </QueryStates>
      </section>
      <p className="dim small">{t('consent.emergencyNote')}</p>
      {chosen && (
        <Decide
          key={chosen.id}
          form={chosen}
          path={path}
          onClose={() => setChosen(undefined)}
          onGiven={() => changed(t('consent.given'))}
        />
      )}
    </div>
  )
}
