/** A dialog that asks for one thing and sends it: title, fields, what went wrong, cancel and the one act. */
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../../kit/dialog.tsx'

export interface FormDialogProps {
  readonly title: string
  /** What sends it, and how that stands. */
  readonly sending: {
    readonly mutate: () => void
    readonly isPending: boolean
    readonly error: Error | null
  }
  /** What the button that sends says. */
  readonly act: ReactNode
  /** There is nothing to send yet. */
  readonly idle?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

export function FormDialog({ title, sending, act, idle = false, onClose, children }: FormDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog label={title} onClose={onClose}>
      <form
        className="storage-form"
        onSubmit={(event) => {
          event.preventDefault()
          sending.mutate()
        }}
      >
        <h2>{title}</h2>
        {children}
        {sending.error && <p role="alert">{t('state.errorText', { reason: sending.error.message })}</p>}
        <p className="storage-actions">
          <button type="button" className="plain-button" onClick={onClose}>
            {t('storage.cancel')}
          </button>
          <button type="submit" className="plain-button" disabled={idle || sending.isPending}>
            {act}
          </button>
        </p>
      </form>
    </Dialog>
  )
}
