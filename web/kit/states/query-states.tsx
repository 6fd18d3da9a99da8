/** Draws a question to the server in whichever state it is: loading, refused, failed, empty, or answered. */
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SkeletonLines, StateMessage } from './state-message.tsx'

export interface QueryStatesProps<T> {
  readonly query: UseQueryResult<T, Error>
  readonly skeleton?: ReactNode
  readonly isEmpty?: (data: T) => boolean
  readonly empty?: { readonly title: string; readonly text: string }
  readonly children: (data: T) => ReactNode
}

const statusOf = (error: Error | null): number =>
  error && 'status' in error && typeof error.status === 'number' ? error.status : -1

export function QueryStates<T>({ query, skeleton, isEmpty, empty, children }: QueryStatesProps<T>) {
  const { t } = useTranslation()
  if (query.data !== undefined) {
    if (empty && isEmpty?.(query.data)) return <StateMessage kind="empty" {...empty} />
    return children(query.data)
  }
  if (query.isPending) {
    return (
      <>
        <p className="sr-only" role="status">
          {t('state.loading')}
        </p>
        {skeleton ?? <SkeletonLines />}
      </>
    )
  }
  const status = statusOf(query.error)
  if (status === 403)
    return <StateMessage kind="denied" title={t('state.deniedTitle')} text={t('state.deniedText')} />
  if (status === 404)
    return <StateMessage kind="empty" title={t('state.unknownTitle')} text={t('state.unknownText')} />
  return (
    <StateMessage
      kind="error"
      title={t('state.errorTitle')}
      text={
        status === 0 ? t('state.unreachable') : t('state.errorText', { reason: query.error?.message ?? '' })
      }
      action={
        <button type="button" className="plain-button" onClick={() => void query.refetch()}>
          {t('state.retry')}
        </button>
      }
    />
  )
}
