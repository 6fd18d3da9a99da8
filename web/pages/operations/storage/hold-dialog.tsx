/** Places a hold, or lifts one: neither without a reason. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HoldView } from '../../../../src/telemetry/contract.ts'
import { postJson } from '../../../app/api/client.ts'
import { FormDialog } from './form-dialog.tsx'

export interface HoldDialogProps {
  /** Absent: a new one is placed. */
  readonly hold: HoldView | undefined
  readonly onClose: () => void
}

export function HoldDialog({ hold, onClose }: HoldDialogProps) {
  const { t } = useTranslation()
  const id = useId()
  const client = useQueryClient()
  const [patient, setPatient] = useState('')
  const [reason, setReason] = useState('')
  const send = useMutation({
    mutationFn: () =>
      hold
        ? postJson(`/api/storage/holds/${hold.id}/lift`, { reason })
        : postJson('/api/storage/holds', { patient: patient.trim(), reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['storage', 'holds'] })
      onClose()
    },
  })
  const title = hold ? t('storage.liftTitle', { patient: hold.patient }) : t('storage.placeTitle')
  return (
    <FormDialog
      title={title}
      sending={send}
      act={t(hold ? 'storage.lift' : 'storage.place')}
      onClose={onClose}
    >
      <p className="dim">{t(hold ? 'storage.liftText' : 'storage.placeText')}</p>
      {!hold && (
        <>
          <label htmlFor={`${id}-patient`}>{t('storage.patientId')}</label>
          <input
            id={`${id}-patient`}
            className="field"
            required
            pattern="[A-Za-z0-9.\-]{1,64}"
            value={patient}
            onChange={(event) => setPatient(event.target.value)}
          />
        </>
      )}
      <label htmlFor={`${id}-reason`}>{t('storage.reason')}</label>
      <input
        id={`${id}-reason`}
        className="field"
        required
        minLength={3}
        maxLength={1_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </FormDialog>
  )
}
