/** Asks how long a class is kept from now on, and says what that deletes before it does. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RetentionView } from '../../../../src/telemetry/contract.ts'
import { putJson } from '../../../app/api/client.ts'
import { FormDialog } from './form-dialog.tsx'
import { Kept } from './kept.tsx'

const choices = [7, 14, 30, 90, 180, 365, 1_095, 3_650, 10_950] as const

/** The choices, and what is set now where it is none of them. */
const offered = (now: number | null): readonly number[] =>
  [...new Set([...choices, ...(now === null ? [] : [now])])].sort((a, b) => a - b)

export function ChangeLimit(props: { readonly limit: RetentionView; readonly onClose: () => void }) {
  const { limit, onClose } = props
  const { t } = useTranslation()
  const id = useId()
  const client = useQueryClient()
  const [days, setDays] = useState(limit.days)
  const change = useMutation({
    mutationFn: () => putJson('/api/storage/retention', { class: limit.class, days }),
    onSuccess: (limits) => {
      client.setQueryData(['storage', 'retention'], limits)
      onClose()
    },
  })
  const shorter = days !== null && (limit.days === null || days < limit.days)
  const title = t('storage.changeTitle', { name: t(`storage.class.${limit.class}`) })
  return (
    <FormDialog
      title={title}
      sending={change}
      act={
        <>
          {t('storage.keepFor')} <Kept days={days} />
        </>
      }
      idle={days === limit.days}
      onClose={onClose}
    >
      <label htmlFor={id}>{t('storage.kept')}</label>
      <select
        id={id}
        className="field"
        value={days ?? 'ever'}
        onChange={(event) => setDays(event.target.value === 'ever' ? null : Number(event.target.value))}
      >
        {offered(limit.days).map((each) => (
          <option key={each} value={each}>
            {t('storage.days', { count: each })}
          </option>
        ))}
        <option value="ever">{t('storage.forEver')}</option>
      </select>
      {shorter && (
        <p role="status">
          <b>{t('storage.shorter')}</b>
        </p>
      )}
    </FormDialog>
  )
}
