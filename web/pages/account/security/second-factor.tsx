import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewSecondFactor, RecoveryCodes, SecondFactorView } from '../../../../src/identity/contract.ts'
import { deleteAt, postJson } from '../../../app/api/client.ts'
import { localNowMs } from '../../../app/clock.ts'
import { formatMoment } from '../../../kit/format.ts'
import { RecoveryCodeList } from './recovery-codes.tsx'
import { SecondFactorSetup } from './second-factor-setup.tsx'
import { Section } from './section.tsx'
import { useAccount } from './use-account.ts'

const path = '/api/account/second-factor'

function Acts(props: {
  readonly on: boolean
  readonly busy: boolean
  readonly onBegin: () => void
  readonly onRenew: () => void
  readonly onTurnOff: () => void
}) {
  const { t } = useTranslation()
  const button = (key: string, onClick: () => void) => (
    <button type="button" className="plain-button" disabled={props.busy} onClick={onClick}>
      {t(key)}
    </button>
  )
  if (!props.on) return button('account.secondFactor.set', props.onBegin)
  return (
    <div className="security-acts">
      {button('account.secondFactor.renew', props.onRenew)}
      {button('account.secondFactor.turnOff', props.onTurnOff)}
    </div>
  )
}

export function SecondFactor() {
  const { t } = useTranslation()
  const { query, busy, failure, act } = useAccount<SecondFactorView>('second-factor')
  const [secret, setSecret] = useState<NewSecondFactor | undefined>(undefined)
  const [codes, setCodes] = useState<readonly string[] | undefined>(undefined)
  const view = query.data
  const begin = () => void act(async () => setSecret((await postJson(path)) as NewSecondFactor))
  const confirm = (code: string) =>
    void act(async () => {
      setCodes(((await postJson(`${path}/confirm`, { code })) as RecoveryCodes).codes)
      setSecret(undefined)
    })
  const renew = () =>
    void act(async () => setCodes(((await postJson(`${path}/recovery-codes`)) as RecoveryCodes).codes))
  const text = view?.on
    ? t('account.secondFactor.on', {
        moment: formatMoment(Date.parse(view.since), localNowMs()),
        left: view.recoveryCodesLeft,
      })
    : t('account.secondFactor.off')
  const acts = view && !secret && !codes && (
    <Acts
      on={view.on}
      busy={busy}
      onBegin={begin}
      onRenew={renew}
      onTurnOff={() => void act(() => deleteAt(path))}
    />
  )
  return (
    <Section title={t('account.secondFactor.title')} text={text} failure={failure} action={acts}>
      {secret && (
        <SecondFactorSetup
          secret={secret}
          busy={busy}
          onCode={confirm}
          onCancel={() => setSecret(undefined)}
        />
      )}
      {codes && <RecoveryCodeList codes={codes} onKept={() => setCodes(undefined)} />}
    </Section>
  )
}
