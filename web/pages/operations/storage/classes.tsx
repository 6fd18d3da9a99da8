/** What each class takes and how long it is kept; administrators change the latter. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RetentionView, StorageView } from '../../../../src/telemetry/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { useMay } from '../../../app/session/use-session.ts'
import { formatBytes, formatExact } from '../../../kit/format.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { ChangeLimit } from './change-limit.tsx'
import { Kept } from './kept.tsx'

function Changed({ limit }: { readonly limit: RetentionView }) {
  const { t, i18n } = useTranslation()
  if (limit.changedAt === null) return <span className="dim">{t('storage.byDefault')}</span>
  return (
    <span title={formatExact(Date.parse(limit.changedAt), i18n.language)}>
      <bdi>{limit.changedBy}</bdi>
    </span>
  )
}

interface RowProps {
  readonly limit: RetentionView
  readonly storage: StorageView
  readonly onChange: ((limit: RetentionView) => void) | undefined
}

function Row({ limit, storage, onChange }: RowProps) {
  const { t } = useTranslation()
  const part = storage.parts.find((one) => one.part === limit.class)
  const name = t(`storage.class.${limit.class}`)
  return (
    <tr>
      <td>
        <b>{name}</b> <span className="dim">{t(`storage.why.${limit.class}`)}</span>
      </td>
      <td className="end" data-label={t('storage.onDisk')}>
        <span className="ltr">{part ? formatBytes(part.bytes) : '–'}</span>
      </td>
      <td className="end" data-label={t('storage.perDay')}>
        <span className="ltr">{part && part.bytesPerDay > 0 ? formatBytes(part.bytesPerDay) : '–'}</span>
      </td>
      <td>
        <Kept days={limit.days} />
      </td>
      <td>
        <Changed limit={limit} />
      </td>
      <td className="end">
        {onChange && (
          <button type="button" className="plain-button" onClick={() => onChange(limit)}>
            {t('storage.change')}
            <span className="sr-only"> {name}</span>
          </button>
        )}
      </td>
    </tr>
  )
}

/** What is no class and is not deleted by age. */
function Others({ storage }: { readonly storage: StorageView }) {
  const { t } = useTranslation()
  const others = storage.parts.filter(({ part }) => part === 'journal' || part === 'record')
  return others.map(({ part, bytes }) => (
    <tr key={part}>
      <td>
        <b>{t(`storage.class.${part}`)}</b> <span className="dim">{t(`storage.why.${part}`)}</span>
      </td>
      <td className="end" data-label={t('storage.onDisk')}>
        <span className="ltr">{formatBytes(bytes)}</span>
      </td>
      <td className="end" data-label={t('storage.perDay')}>
        –
      </td>
      <td colSpan={3} />
    </tr>
  ))
}

export function Classes({ storage }: { readonly storage: StorageView }) {
  const { t } = useTranslation()
  const mayManage = useMay('storage.manage')
  const [changing, setChanging] = useState<RetentionView | undefined>(undefined)
  const limits = useQuery({
    queryKey: ['storage', 'retention'],
    queryFn: ({ signal }) => getJson<readonly RetentionView[]>('/api/storage/retention', signal),
  })
  return (
    <section aria-labelledby="storage-classes">
      <h2 id="storage-classes">{t('storage.classes')}</h2>
      <QueryStates query={limits}>
        {(data) => (
          <table className="list">
            <thead>
              <tr>
                <th scope="col">{t('storage.what')}</th>
                <th scope="col" className="end">
                  {t('storage.onDisk')}
                </th>
                <th scope="col" className="end">
                  {t('storage.perDay')}
                </th>
                <th scope="col">{t('storage.kept')}</th>
                <th scope="col">{t('storage.setBy')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {data.map((limit) => (
                <Row
                  key={limit.class}
                  limit={limit}
                  storage={storage}
                  onChange={mayManage ? setChanging : undefined}
                />
              ))}
              <Others storage={storage} />
            </tbody>
          </table>
        )}
      </QueryStates>
      {changing && <ChangeLimit limit={changing} onClose={() => setChanging(undefined)} />}
    </section>
  )
}
