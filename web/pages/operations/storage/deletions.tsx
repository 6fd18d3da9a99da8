/** What went, when and why: nothing vanishes silently. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DeletionView } from '../../../../src/telemetry/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { formatBytes, formatExact } from '../../../kit/format.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'

function Row({ deletion }: { readonly deletion: DeletionView }) {
  const { t, i18n } = useTranslation()
  const at = (iso: string): string => formatExact(Date.parse(iso), i18n.language)
  return (
    <tr>
      <td>{at(deletion.deletedAt)}</td>
      <td>
        {deletion.metric === null ? (
          <span className="dim">{t('storage.erasedSeries', { number: deletion.series })}</span>
        ) : (
          <bdi>
            {deletion.metric} · {deletion.device}
          </bdi>
        )}
      </td>
      <td>
        {at(deletion.from)} – {at(deletion.to)}
      </td>
      <td className="end" data-label={t('storage.readings')}>
        <span className="ltr">{deletion.readings.toLocaleString(i18n.language)}</span>
      </td>
      <td className="end ltr">{formatBytes(deletion.bytes)}</td>
      <td>{t(`storage.because.${deletion.why}`)}</td>
    </tr>
  )
}

export function Deletions() {
  const { t } = useTranslation()
  const deletions = useQuery({
    queryKey: ['storage', 'deletions'],
    queryFn: ({ signal }) => getJson<readonly DeletionView[]>('/api/storage/deletions', signal),
  })
  return (
    <section aria-labelledby="storage-deletions">
      <h2 id="storage-deletions">{t('storage.deletions')}</h2>
      <QueryStates query={deletions}>
        {(data) =>
          data.length === 0 ? (
            <p className="dim">{t('storage.noDeletions')}</p>
          ) : (
            <table className="list">
              <thead>
                <tr>
                  <th scope="col">{t('storage.deletedAt')}</th>
                  <th scope="col">{t('storage.series')}</th>
                  <th scope="col">{t('storage.period')}</th>
                  <th scope="col" className="end">
                    {t('storage.readings')}
                  </th>
                  <th scope="col" className="end">
                    {t('storage.onDisk')}
                  </th>
                  <th scope="col">{t('storage.reason')}</th>
                </tr>
              </thead>
              <tbody>
                {data.map((deletion) => (
                  <Row
                    key={`${deletion.series} ${deletion.kind} ${deletion.deletedAt} ${deletion.why}`}
                    deletion={deletion}
                  />
                ))}
              </tbody>
            </table>
          )
        }
      </QueryStates>
    </section>
  )
}
