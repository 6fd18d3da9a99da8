/** What telemetry takes, how long it is kept and until when the disk lasts; holds, and what was deleted. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { StorageView } from '../../../../src/telemetry/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { useNow } from '../../../app/live/use-live.ts'
import { formatAge } from '../../../kit/format.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { Classes } from './classes.tsx'
import { Deletions } from './deletions.tsx'
import { Forecast } from './forecast.tsx'
import { Holds } from './holds.tsx'
import './storage.css'

/** Nothing but tables without rows. */
const isEmpty = (data: StorageView): boolean =>
  data.parts.every(({ part }) => part === 'journal' || part === 'record')

export default function Storage() {
  const { t } = useTranslation()
  const nowMs = useNow(60_000)
  const storage = useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => getJson<StorageView>('/api/storage', signal),
    refetchInterval: 60_000,
  })
  return (
    <div className="page storage">
      <div className="page-head">
        <h1>{t('rooms.storage')}</h1>
        {storage.data && (
          <span className="dim small">
            {t('storage.measured', { age: formatAge(nowMs - Date.parse(storage.data.measuredAt)) })}
          </span>
        )}
      </div>
      <QueryStates
        query={storage}
        isEmpty={isEmpty}
        empty={{ title: t('storage.emptyTitle'), text: t('storage.emptyText') }}
      >
        {(data) => (
          <>
            <Forecast storage={data} />
            <Classes storage={data} />
          </>
        )}
      </QueryStates>
      <Holds />
      <Deletions />
    </div>
  )
}
