/** One decision: whom and what it is about, then what would happen, then the word. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  AccessPreview,
  ConsentChoice,
  ConsentFormView,
  PartyView,
} from '../../../../src/consent/contract.ts'
import type { DataClass } from '../../../../src/kernel/data-class.ts'
import { getJson, postJson } from '../../../app/api/client.ts'
import { Dialog } from '../../../kit/dialog.tsx'
import { DataKinds } from './data-kinds.tsx'
import { Effect } from './effect.tsx'

export interface DecideProps {
  readonly form: ConsentFormView
  readonly path: string
  readonly onClose: () => void
  readonly onGiven: () => void
}

export function Decide({ form, path, onClose, onGiven }: DecideProps) {
  const { t } = useTranslation()
  const [who, setWho] = useState('')
  const [classes, setClasses] = useState<readonly DataClass[]>([])
  const [until, setUntil] = useState('')
  const [preview, setPreview] = useState<AccessPreview | undefined>(undefined)
  const [failure, setFailure] = useState('')
  const choice: ConsentChoice = {
    ...{ form: form.id, version: form.version, language: form.language },
    ...(form.asks.who ? { who } : {}),
    ...(form.asks.classes ? { classes } : {}),
    ...(until ? { until } : {}),
  }
  const run = async (work: () => Promise<void>): Promise<void> => {
    setFailure('')
    await work().catch((error: Error) => setFailure(error.message))
  }
  const see = () => run(async () => setPreview((await postJson(`${path}/preview`, choice)) as AccessPreview))
  const give = () =>
    run(async () => {
      await postJson(path, choice)
      onGiven()
    })
  return (
    <Dialog label={form.title} onClose={onClose} wide>
      <form
        className="consent-decide"
        onSubmit={(event) => {
          event.preventDefault()
          void (preview ? give() : see())
        }}
      >
        <h2>{form.title}</h2>
        <p>{form.effect}</p>
        {!preview && (
          <>
            {form.asks.who && <PartyChoice kind={form.asks.who} path={path} chosen={who} onChoose={setWho} />}
            {form.asks.classes && <DataKinds chosen={classes} onChoose={setClasses} />}
            {form.asks.until !== 'no' && (
              <label className="consent-field">
                {t(form.asks.until === 'must' ? 'consent.last' : 'consent.lastMay')}
                <input
                  className="field"
                  type="date"
                  required={form.asks.until === 'must'}
                  value={until}
                  onChange={(event) => setUntil(event.target.value)}
                />
              </label>
            )}
          </>
        )}
        {preview && <Effect preview={preview} text={form.text} />}
        <p className="security-failure" role="alert">
          {failure !== '' && t('account.failed', { reason: failure })}
        </p>
        <div className="security-acts">
          <button type="submit" className="plain-button">
            {t(preview ? 'consent.confirm' : 'consent.see')}
          </button>
          {preview && (
            <button type="button" className="plain-button" onClick={() => setPreview(undefined)}>
              {t('consent.back')}
            </button>
          )}
          <button type="button" className="plain-button" onClick={onClose}>
            {t('consent.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function PartyChoice(props: {
  readonly kind: PartyView['kind']
  readonly path: string
  readonly chosen: string
  readonly onChoose: (id: string) => void
}) {
  const { t } = useTranslation()
  const parties = useQuery({
    queryKey: [`${props.path}/parties`],
    queryFn: ({ signal }) => getJson<readonly PartyView[]>(`${props.path}/parties`, signal),
  })
  const words = ({ id, name, kind, role }: PartyView): string =>
    kind === 'role' || id === 'proxy'
      ? t(`consent.role.${id}`)
      : role
        ? `${name} · ${t(`roles.${role}`)}`
        : name
  return (
    <label className="consent-field">
      {t('consent.who')}
      <select
        className="field"
        required
        value={props.chosen}
        onChange={(event) => props.onChoose(event.target.value)}
      >
        <option value="">{t('consent.pick')}</option>
        {parties.data
          ?.filter(({ kind }) => kind === props.kind)
          .map((party) => (
            <option key={party.id} value={party.id}>
              {words(party)}
            </option>
          ))}
      </select>
    </label>
  )
}
