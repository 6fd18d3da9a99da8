/** Page after page of the audit, each asked for where the one before ended; the same as a file. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditPage } from '../../../src/audit/contract.ts'
import { getJson, getText } from '../../app/api/client.ts'
import { saveFile } from '../save-file.ts'
import { QueryStates } from '../states/query-states.tsx'
import { AuditList } from './audit-list.tsx'

interface PagesProps {
  /** Without cursor. */
  readonly asked: string
  readonly self: string | undefined
  readonly withPatients?: boolean
}

/** Give it `key={asked}`: another question begins at its newest. */
export function AuditPages({ asked, ...shown }: PagesProps) {
  const { t } = useTranslation()
  const [cursor, setCursor] = useState<string | undefined>(undefined)
  const page = useQuery({
    queryKey: ['audit', asked, cursor],
    queryFn: ({ signal }) =>
      getJson<AuditPage>(`/api/audit?${asked}${cursor === undefined ? '' : `&cursor=${cursor}`}`, signal),
  })
  return (
    <QueryStates
      query={page}
      isEmpty={({ entries }) => entries.length === 0 && cursor === undefined}
      empty={{ title: t('audit.emptyTitle'), text: t('audit.emptyText') }}
    >
      {({ entries, next }) => (
        <>
          <AuditList entries={entries} {...shown} />
          <nav className="audit-pages" aria-label={t('audit.shown')}>
            {cursor !== undefined && (
              <button type="button" className="plain-button" onClick={() => setCursor(undefined)}>
                {t('audit.newer')}
              </button>
            )}
            {next !== null && (
              <button type="button" className="plain-button" onClick={() => setCursor(next)}>
                {t('audit.earlier')}
              </button>
            )}
          </nav>
        </>
      )}
    </QueryStates>
  )
}

export function SaveAudit({ asked }: { readonly asked: string }) {
  const { t } = useTranslation()
  const save = useMutation({
    mutationFn: async () => saveFile('audit.csv', await getText(`/api/audit.csv?${asked}`)),
  })
  return (
    <>
      <button type="button" className="plain-button" disabled={save.isPending} onClick={() => save.mutate()}>
        {t(save.isPending ? 'audit.saving' : 'audit.save')}
      </button>
      <span role="alert">{save.isError && t('audit.saveFailed', { reason: save.error.message })}</span>
    </>
  )
}
