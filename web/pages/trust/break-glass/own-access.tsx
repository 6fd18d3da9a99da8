import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BrokenGlassView } from '../../../../src/consent/contract.ts'
import { postJson } from '../../../app/api/client.ts'
import { serverNowMs } from '../../../app/clock.ts'
import { useTime } from './words.ts'

export function OwnAccess(props: {
  readonly access: BrokenGlassView
  readonly act: (run: () => Promise<unknown>) => Promise<boolean>
}) {
  const { t } = useTranslation()
  const time = useTime()
  const { id, patient, reason, explanation, endsAt, endedAt, statement, review } = props.access
  const [words, setWords] = useState('')
  const isOpen = endedAt === null && Date.parse(endsAt) > serverNowMs()
  return (
    <li className="glass-access">
      <div className="security-entry">
        <div>
          <p>
            <strong>{patient.name}</strong>{' '}
            <span className={isOpen ? 'glass-open' : 'dim small'}>
              {isOpen
                ? t('consent.glass.until', { time: time(endsAt) })
                : t('consent.glass.over', { time: time(endedAt ?? endsAt) })}
            </span>
          </p>
          <p className="dim small">
            {t(`consent.glass.reasons.${reason}`)}: {explanation}
          </p>
          {statement && <p className="small">{statement}</p>}
          {review && (
            <p className="small">
              {t('consent.glass.reviewed', {
                outcome: t(`consent.glass.${review.outcome}`),
                by: review.note,
              })}
            </p>
          )}
        </div>
        {isOpen && (
          <div className="security-acts">
            <a className="plain-button" href={`/patients/${patient.id}`}>
              {t('consent.glass.toChart')}
            </a>
            <button
              type="button"
              className="plain-button"
              aria-label={t('consent.glass.endThis', { name: patient.name })}
              onClick={() => void props.act(() => postJson(`/api/break-glass/${id}/end`))}
            >
              {t('consent.glass.end')}
            </button>
          </div>
        )}
      </div>
      {!isOpen && statement === null && (
        <form
          className="glass-find"
          onSubmit={(event) => {
            event.preventDefault()
            void props.act(() => postJson(`/api/break-glass/${id}/statement`, { statement: words }))
          }}
        >
          <label className="consent-field">
            {t('consent.glass.statement')}
            <textarea
              className="field"
              rows={2}
              required
              minLength={10}
              maxLength={2_000}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          </label>
          <button type="submit" className="plain-button">
            {t('consent.glass.say')}
          </button>
        </form>
      )}
    </li>
  )
}
