import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PasskeysView } from '../../../../src/identity/contract.ts'
import { deleteAt, patchJson, postJson } from '../../../app/api/client.ts'
import { makePasskey, PasskeyStopped, passkeysWorkHere } from '../../../app/session/passkey.ts'
import { PasskeyEntry } from './passkey-entry.tsx'
import { PasskeyName } from './passkey-name.tsx'
import { Section } from './section.tsx'
import { useAccount } from './use-account.ts'

const path = '/api/account/passkeys'
const pathOf = (id: string): string => `${path}/${encodeURIComponent(id)}`

export function Passkeys() {
  const { t } = useTranslation()
  const { query, busy, failure, act } = useAccount<PasskeysView>('passkeys')
  /** `new`, or the id of the one that gets another name. */
  const [naming, setNaming] = useState<string | undefined>(undefined)
  const view = query.data
  if (!view) return null
  const add = (name: string) =>
    act(async () => {
      try {
        const response = await makePasskey(await postJson(`${path}/options`))
        await postJson(path, { name, response })
      } catch (error) {
        if (!(error instanceof PasskeyStopped)) throw error
        throw new Error(t(error.known ? 'account.passkeys.known' : 'account.passkeys.cancelled'))
      }
    })
  const rename = (id: string, name: string) => act(() => patchJson(pathOf(id), { name }))
  const finish = async (done: Promise<boolean>): Promise<void> => {
    if (await done) setNaming(undefined)
  }
  const here = passkeysWorkHere(view.host)
  const text = view.host === undefined ? 'none' : here ? 'text' : 'elsewhere'
  const addButton = (
    <button type="button" className="plain-button" disabled={busy} onClick={() => setNaming('new')}>
      {t('account.passkeys.add')}
    </button>
  )
  const nameOf = (id: string) => view.passkeys.find((each) => each.id === id)?.name
  return (
    <Section
      title={t('account.passkeys.title')}
      text={t(`account.passkeys.${text}`, { origin: view.origin })}
      failure={failure}
      action={here && naming === undefined && addButton}
    >
      {naming !== undefined && (
        <PasskeyName
          name={nameOf(naming) ?? t('account.passkeys.suggest')}
          busy={busy}
          onName={(name) => void finish(naming === 'new' ? add(name) : rename(naming, name))}
          onCancel={() => setNaming(undefined)}
        />
      )}
      <ul>
        {view.passkeys.map((passkey) => (
          <PasskeyEntry
            key={passkey.id}
            passkey={passkey}
            busy={busy}
            onRename={() => setNaming(passkey.id)}
            onRemove={() => void act(() => deleteAt(pathOf(passkey.id)))}
          />
        ))}
      </ul>
    </Section>
  )
}
