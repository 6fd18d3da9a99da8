import { lazy, Suspense, useSyncExternalStore } from 'react'
import { confirmation } from './confirmation.ts'

const ConfirmationDialog = lazy(() => import('./confirmation-dialog.tsx'))

/** The dialog is loaded when first asked for: most days nobody is. */
export function ConfirmationGate() {
  const asked = useSyncExternalStore(confirmation.subscribe, confirmation.isAsked)
  if (!asked) return null
  return (
    <Suspense fallback={null}>
      <ConfirmationDialog />
    </Suspense>
  )
}
