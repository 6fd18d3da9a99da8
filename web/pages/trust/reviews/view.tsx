/** The privacy officer's queue: every emergency access waits here for a judgement, the oldest first. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BrokenGlassView } from '../../../../src/consent/contract.ts'
import { postJson } from '../../../app/api/client.ts'
import { Chips } from '../../../kit/chips.tsx'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { useActs } from '../../account/security/use-account.ts'
import { useTime } from '../break-glass/words.ts'
import '../../account/security/security.css'
import '../../../kit/break-glass/break-glass.css'

const states = ['to-review', 'open', 'all'] as const

export default function Reviews() {
  const { t } = useTranslation()
  const [state, setState] = useState<(typeof states)[number]>('to-review')
  const { query, failure, act } = useActs<readonly BrokenGlassView[]>(`/api/break-glass?state=${state}`)
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>{t('consent.glass.queue')}</h1>
        <span className="dim small">{t('consent.glass.queueIntro')}</span>
      </div>
      <Chips
        label={t('consent.glass.queue')}
        options={states.map((id) => ({ id, text: t(`consent.glass.show.${id}`) }))}
        chosen={state}
        onChoose={setState}
      />
      <p className="security-failure" role="alert">
        {failure !== undefined && t('account.failed', { reason: failure })}
      </p>
      <QueryStates
        query={query}
        isEmpty={(list) => list.length === 0}
        empty={{ title: t('consent.glass.noneDue'), text: t('consent.glass.noneDueText') }}
      >
        {(list) => (
          <ul>
            {list.map((one) => (
              <Review key={one.id} access={one} act={act} />
            ))}
          </ul>
        )}
      </QueryStates>
    </div>
  )
}

function Review(props: {
  readonly access: BrokenGlassView
  readonly act: (run: () => Promise<unknown>) => Promise<boolean>
}) {
  const { t } = useTranslation()
  const time = useTime()
  const { id, actor, patient, reason, explanation, beganAt, endsAt, endedAt, statement } = props.access
  const { review, overdue, reviewDueAt } = props.access
  const [note, setNote] = useState('')
  const judge = (outcome: 'justified' | 'not-justified') =>
    void props.act(() => postJson(`/api/break-glass/${id}/review`, { outcome, note }))
  return (
    <li className="glass-review">
      <p>
        <strong>{actor.name}</strong> → <strong>{patient.name}</strong>{' '}
        {!review && (
          <span className={overdue ? 'glass-overdue' : 'dim small'}>
            {t(overdue ? 'consent.glass.overdue' : 'consent.glass.due', { time: time(reviewDueAt) })}
          </span>
        )}
      </p>
      <p className="dim small">
        {time(beganAt)} – {time(endedAt ?? endsAt)}
      </p>
      <p>
        {t(`consent.glass.reasons.${reason}`)}: {explanation}
      </p>
      <p className={statement ? '' : 'dim'}>{statement ?? t('consent.glass.noStatement')}</p>
      {review ? (
        <p className="small">
          {t('consent.glass.reviewed', { outcome: t(`consent.glass.${review.outcome}`), by: review.note })}
        </p>
      ) : (
        <form onSubmit={(event) => event.preventDefault()}>
          <label className="consent-field">
            {t('consent.glass.note')}
            <textarea
              className="field"
              rows={2}
              required
              minLength={3}
              maxLength={2_000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          </label>
          <div className="security-acts">
            {(['justified', 'not-justified'] as const).map((outcome) => (
              <button
                key={outcome}
                type="button"
                className="plain-button"
                disabled={note.trim().length < 3}
                onClick={() => judge(outcome)}
              >
                {t(`consent.glass.${outcome}`)}
              </button>
            ))}
          </div>
        </form>
      )}
    </li>
  )
}
