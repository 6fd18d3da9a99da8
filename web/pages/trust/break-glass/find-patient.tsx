import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { FoundPatient } from '../../../../src/consent/contract.ts'
import { postJson } from '../../../app/api/client.ts'
import { BreakGlassDialog } from '../../../kit/break-glass/break-glass-dialog.tsx'

export function FindPatient({ onBroken }: { readonly onBroken: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [asked, setAsked] = useState({ family: '', birthDate: '', identifier: '' })
  const [found, setFound] = useState<readonly FoundPatient[] | undefined>(undefined)
  const [failure, setFailure] = useState('')
  const [chosen, setChosen] = useState<FoundPatient | undefined>(undefined)
  const { family, birthDate, identifier } = asked
  const search = async (): Promise<void> => {
    setFailure('')
    const query = identifier === '' ? { family, birthDate } : { identifier }
    try {
      setFound((await postJson('/api/break-glass/find', query)) as readonly FoundPatient[])
    } catch (error) {
      setFailure((error as Error).message)
    }
  }
  const field = (name: keyof typeof asked, type: 'text' | 'date', words: string) => (
    <label className="consent-field">
      {t(words)}
      <input
        className="field"
        type={type}
        required={name === 'identifier' ? family === '' : identifier === ''}
        value={asked[name]}
        onChange={(event) => setAsked({ ...asked, [name]: event.target.value })}
      />
    </label>
  )
  return (
    <section aria-labelledby="glass-find">
      <h2 id="glass-find">{t('consent.glass.find')}</h2>
      <form
        className="glass-find"
        onSubmit={(event) => {
          event.preventDefault()
          void search()
        }}
      >
        {field('family', 'text', 'consent.glass.family')}
        {field('birthDate', 'date', 'consent.glass.birthDate')}
        <span className="dim small">{t('consent.glass.or')}</span>
        {field('identifier', 'text', 'consent.glass.identifier')}
        <button type="submit" className="plain-button">
          {t('consent.glass.search')}
        </button>
      </form>
      <p className="security-failure" role="alert">
        {failure !== '' && t('account.failed', { reason: failure })}
      </p>
      <div aria-live="polite">
        {found?.length === 0 && <p className="dim">{t('consent.glass.nobody')}</p>}
        <ul>
          {found?.map((one) => (
            <li key={one.id} className="security-entry">
              <div>
                <p>{one.name}</p>
                <p className="dim small">{[one.birthDate, one.place].filter(Boolean).join(' · ')}</p>
              </div>
              {one.may === 'all' ? (
                <span className="dim small">{t('consent.glass.visible')}</span>
              ) : (
                <button
                  type="button"
                  className="plain-button"
                  aria-label={t('consent.glass.openThis', { name: one.name })}
                  onClick={() => setChosen(one)}
                >
                  {t('consent.glass.open')}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
      {chosen && (
        <BreakGlassDialog
          patient={chosen.id}
          name={chosen.name}
          onClose={() => setChosen(undefined)}
          onBroken={() => {
            setChosen(undefined)
            onBroken()
            void navigate(`/patients/${chosen.id}`)
          }}
        />
      )}
    </section>
  )
}
