/** What cannot be changed unseen, in a picture drawn from what is there; and one row's proof, checked in this browser. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { type AnchorsView, base64, parseCheckpoint } from '../../../../src/ledger/contract.ts'
import { getJson, getText } from '../../../app/api/client.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { Anchored } from './anchored.tsx'
import { Picture } from './picture.tsx'
import { type Step, verifyRow } from './verify.ts'
import './ledger.css'

const refreshMs = 15_000

export default function LedgerPage() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const state = useQuery({
    queryKey: ['ledger'],
    refetchInterval: refreshMs,
    queryFn: async ({ signal }) => ({
      signed: parseCheckpoint(await getText('/ledger/checkpoint')),
      anchors: await getJson<AnchorsView>('/ledger/anchors', signal),
    }),
  })
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>{t('ledger.title')}</h1>
        <span className="dim small">{t('ledger.intro')}</span>
      </div>
      <QueryStates query={state}>
        {({ signed, anchors }) => (
          <>
            <Picture
              size={signed?.checkpoint.size ?? 0}
              root={signed ? base64(signed.checkpoint.root) : ''}
              anchors={anchors}
            />
            <p>{t('ledger.inside')}</p>
            <p className="dim">{t('ledger.outside')}</p>
            <Anchored view={anchors} />
          </>
        )}
      </QueryStates>
      <Verify initial={params.get('key') ?? ''} />
    </div>
  )
}

function Verify({ initial }: { readonly initial: string }) {
  const { t } = useTranslation()
  const [key, setKey] = useState(initial)
  const [steps, setSteps] = useState<readonly Step[]>([])
  const [failure, setFailure] = useState('')
  const [busy, setBusy] = useState(false)
  const run = async (): Promise<void> => {
    setBusy(true)
    setFailure('')
    setSteps([])
    try {
      setSteps(await verifyRow(key.trim()))
    } catch (error) {
      setFailure((error as Error).message)
    } finally {
      setBusy(false)
    }
  }
  const fails = steps.some(({ outcome }) => outcome === 'fails')
  return (
    <section aria-labelledby="ledger-verify">
      <h2 id="ledger-verify">{t('ledger.verify')}</h2>
      <form
        className="ledger-verify"
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        <label className="consent-field">
          {t('ledger.key')}
          <input
            className="field"
            required
            placeholder="Patient/1/_history/1"
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </label>
        <button type="submit" className="plain-button" disabled={busy}>
          {t(busy ? 'ledger.checking' : 'ledger.check')}
        </button>
      </form>
      <p className="security-failure" role="alert">
        {failure !== '' && t('account.failed', { reason: failure })}
      </p>
      <div aria-live="polite">
        {steps.length > 0 && (
          <>
            <p className="ledger-verdict" data-outcome={fails ? 'fails' : 'holds'}>
              {t(fails ? 'ledger.broken' : 'ledger.whole')}
            </p>
            <ol className="ledger-steps">
              {steps.map(({ name, outcome, shown }) => (
                <li key={name} data-outcome={outcome}>
                  <span aria-hidden="true">
                    {outcome === 'holds' ? '✓' : outcome === 'fails' ? '✗' : '–'}
                  </span>
                  <div>
                    <p>
                      {t(`ledger.step.${name}`)}{' '}
                      <span className="sr-only">{t(`ledger.outcome.${outcome}`)}</span>
                    </p>
                    <code className="dim small">{shown}</code>
                  </div>
                </li>
              ))}
            </ol>
          </>
        )}
      </div>
    </section>
  )
}
