/** Reason, own words and minutes; says before anything happens who will be told. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type BreakGlassReason, breakGlassReasons } from '../../../src/consent/contract.ts'
import { postJson } from '../../app/api/client.ts'
import { Dialog } from '../dialog.tsx'

const choicesMinutes = [15, 30, 60, 120, 240] as const

export interface BreakGlassDialogProps {
  readonly patient: string
  readonly name: string
  readonly onClose: () => void
  readonly onBroken: () => void
}

export function BreakGlassDialog({ patient, name, onClose, onBroken }: BreakGlassDialogProps) {
  const { t } = useTranslation()
  const [reason, setReason] = useState<BreakGlassReason>('emergency')
  const [explanation, setExplanation] = useState('')
  const [minutes, setMinutes] = useState<number>(60)
  const [failure, setFailure] = useState('')
  const open = async (): Promise<void> => {
    try {
      await postJson(`/api/patients/${encodeURIComponent(patient)}/break-glass`, {
        ...{ reason, explanation, minutes },
      })
      onBroken()
    } catch (error) {
      setFailure((error as Error).message)
    }
  }
  const title = t('consent.glass.openThis', { name })
  return (
    <Dialog label={title} onClose={onClose}>
      <form
        className="security-step"
        onSubmit={(event) => {
          event.preventDefault()
          void open()
        }}
      >
        <h2>{title}</h2>
        <p>{t('consent.glass.warning')}</p>
        <label className="consent-field">
          {t('consent.glass.reason')}
          <select
            className="field"
            value={reason}
            onChange={(event) => setReason(event.target.value as BreakGlassReason)}
          >
            {breakGlassReasons.map((one) => (
              <option key={one} value={one}>
                {t(`consent.glass.reasons.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label className="consent-field">
          {t('consent.glass.explanation')}
          <textarea
            className="field"
            rows={3}
            required
            minLength={10}
            maxLength={500}
            placeholder={t('consent.glass.explanationHint')}
            value={explanation}
            onChange={(event) => setExplanation(event.target.value)}
          />
        </label>
        <label className="consent-field">
          {t('consent.glass.minutes')}
          <select
            className="field"
            value={minutes}
            onChange={(event) => setMinutes(Number(event.target.value))}
          >
            {choicesMinutes.map((count) => (
              <option key={count} value={count}>
                {t('consent.glass.minutesOf', { count })}
              </option>
            ))}
          </select>
        </label>
        <p className="security-failure" role="alert">
          {failure !== '' && t('account.failed', { reason: failure })}
        </p>
        <div className="security-acts">
          <button type="submit" className="plain-button">
            {t('consent.glass.open')}
          </button>
          <button type="button" className="plain-button" onClick={onClose}>
            {t('consent.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
