/** Lets through who may; sends who is not signed in to sign in, and tells the others who can help. */
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { SkeletonLines, StateMessage } from '../../kit/states/state-message.tsx'
import type { PageDefinition } from '../page.ts'
import { session } from './session.ts'
import { useSession } from './use-session.ts'

export function Gate({
  allow,
  children,
}: {
  readonly allow?: PageDefinition['allow']
  readonly children: ReactNode
}) {
  const { t } = useTranslation()
  const state = useSession()
  const { pathname, search } = useLocation()
  const leave = state.phase === 'signed-out'
  useEffect(() => {
    if (leave) void session.signIn(pathname + search)
  }, [leave, pathname, search])

  if (state.phase === 'unreachable') {
    return (
      <StateMessage
        kind="error"
        title={t('signIn.unreachable')}
        text={t('state.unreachable')}
        action={
          <button type="button" className="plain-button" onClick={() => void session.start()}>
            {t('state.retry')}
          </button>
        }
      />
    )
  }
  if (state.phase !== 'signed-in') return <SkeletonLines />
  const may = allow === undefined || allow === 'signed-in' || state.me.permissions.includes(allow)
  if (may) return children
  return <StateMessage kind="denied" title={t('state.deniedTitle')} text={t('state.deniedText')} />
}
