/** Who may sign in here and with what, and help for who lost their phone. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonView } from '../../../../src/identity/contract.ts'
import { deleteAt } from '../../../app/api/client.ts'
import { Dialog } from '../../../kit/dialog.tsx'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { Entry } from '../security/section.tsx'
import { useActs } from '../security/use-account.ts'
import { Wards } from './wards.tsx'

function signsInBy({ disabled, secondFactor, passkeys }: PersonView): string {
  if (disabled) return 'account.people.disabled'
  if (secondFactor) return passkeys ? 'account.people.both' : 'account.people.second'
  return passkeys ? 'account.people.passkey' : 'account.people.plain'
}

function Person({ person, onReset }: { readonly person: PersonView; readonly onReset: () => void }) {
  const { t } = useTranslation()
  const { name, email, roles, secondFactor, passkeys } = person
  const role = roles.map((each) => t(`roles.${each}`)).join(', ')
  return (
    <Entry title={`${name} · ${role}`} text={`${email} · ${t(signsInBy(person))}`}>
      {roles.some((each) => each === 'nurse' || each === 'physician') && (
        <Wards person={person.id} name={name} />
      )}
      {(secondFactor || passkeys) && (
        <button
          type="button"
          className="plain-button"
          aria-label={t('account.people.resetThis', { name })}
          onClick={onReset}
        >
          {t('account.people.reset')}
        </button>
      )}
    </Entry>
  )
}

function ResetDialog(props: {
  readonly name: string
  readonly onReset: () => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const { name } = props
  return (
    <Dialog label={t('account.people.resetThis', { name })} onClose={props.onClose}>
      <div className="security-step">
        <h2>{t('account.people.resetThis', { name })}</h2>
        <p>{t('account.people.resetText', { name })}</p>
        <div className="security-acts">
          <button type="button" className="plain-button" onClick={props.onReset}>
            {t('account.people.reset')}
          </button>
          <button type="button" className="plain-button" onClick={props.onClose}>
            {t('account.confirm.cancel')}
          </button>
        </div>
      </div>
    </Dialog>
  )
}

export default function People() {
  const { t } = useTranslation()
  const { query, failure, act } = useActs<readonly PersonView[]>('/api/people')
  const [asked, setAsked] = useState<PersonView | undefined>(undefined)
  const [done, setDone] = useState('')
  const reset = async ({ id, name }: PersonView): Promise<void> => {
    setAsked(undefined)
    const worked = await act(() => deleteAt(`/api/people/${encodeURIComponent(id)}/sign-in-methods`))
    setDone(worked ? t('account.people.done', { name }) : '')
  }
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>{t('rooms.people')}</h1>
        <span className="dim small">{t('account.people.text')}</span>
      </div>
      <p role="status">{done}</p>
      <p className="security-failure" role="alert">
        {failure !== undefined && t('account.failed', { reason: failure })}
      </p>
      <QueryStates query={query}>
        {(people) => (
          <ul>
            {people.map((person) => (
              <Person key={person.id} person={person} onReset={() => setAsked(person)} />
            ))}
          </ul>
        )}
      </QueryStates>
      {asked && (
        <ResetDialog
          name={asked.name}
          onReset={() => void reset(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  )
}
