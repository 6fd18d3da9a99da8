import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StaffWards, WardView } from '../../../../src/consent/contract.ts'
import { putJson } from '../../../app/api/client.ts'
import { Dialog } from '../../../kit/dialog.tsx'

export interface WardsDialogProps {
  readonly name: string
  readonly path: string
  readonly all: readonly WardView[]
  readonly wards: StaffWards['wards']
  readonly onClose: () => void
  readonly onSaved: () => void
}

export function WardsDialog({ name, path, all, wards, onClose, onSaved }: WardsDialogProps) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState(wards)
  const [failure, setFailure] = useState('')
  const list = chosen === 'all' ? [] : chosen
  const save = () =>
    putJson(path, { wards: chosen })
      .then(onSaved)
      .catch((error: Error) => setFailure(error.message))
  const title = t('consent.wards.editThis', { name })
  return (
    <Dialog label={title} onClose={onClose}>
      <div className="security-step">
        <h2>{title}</h2>
        <p className="dim small">{t('consent.wards.text')}</p>
        <label>
          <input
            type="checkbox"
            checked={chosen === 'all'}
            onChange={(event) => setChosen(event.target.checked ? 'all' : [])}
          />{' '}
          {t('consent.wards.all')}
        </label>
        {all.map((ward) => (
          <label key={ward.id}>
            <input
              type="checkbox"
              disabled={chosen === 'all'}
              checked={list.includes(ward.id)}
              onChange={(event) =>
                setChosen(event.target.checked ? [...list, ward.id] : list.filter((id) => id !== ward.id))
              }
            />{' '}
            {ward.name}
          </label>
        ))}
        <p className="security-failure" role="alert">
          {failure !== '' && t('account.failed', { reason: failure })}
        </p>
        <div className="security-acts">
          <button type="button" className="plain-button" onClick={() => void save()}>
            {t('consent.wards.save')}
          </button>
          <button type="button" className="plain-button" onClick={onClose}>
            {t('consent.cancel')}
          </button>
        </div>
      </div>
    </Dialog>
  )
}
