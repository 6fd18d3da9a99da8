/** Until when the disk lasts, in one sentence and one bar. */
import { useTranslation } from 'react-i18next'
import type { StorageView } from '../../../../src/telemetry/contract.ts'
import { formatBytes } from '../../../kit/format.ts'

/** Beyond this a number of days says nothing. */
const tenYears = 3_650

export function Forecast({ storage }: { readonly storage: StorageView }) {
  const { t } = useTranslation()
  const { disk, fullInDays, bytesPerDay, warning } = storage
  const stored = storage.parts.reduce((sum, { bytes }) => sum + bytes, 0)
  const grows = t('storage.grows', { stored: formatBytes(stored), perDay: formatBytes(bytesPerDay) })
  const full =
    fullInDays === null || fullInDays > tenYears
      ? t('storage.lasts')
      : t('storage.fullIn', { count: Math.floor(fullInDays) })
  return (
    <section className="storage-forecast" data-warning={warning !== null || undefined}>
      {warning !== null && (
        <p role="status">
          <b>{t('storage.warning')}</b>
        </p>
      )}
      <p>
        {grows} {disk ? full : t('storage.elsewhere')}
      </p>
      {disk && (
        <>
          <progress
            value={disk.totalBytes - disk.freeBytes}
            max={disk.totalBytes}
            aria-label={t('storage.disk')}
          />
          <p className="dim small">
            {t('storage.free', { free: formatBytes(disk.freeBytes), total: formatBytes(disk.totalBytes) })}
          </p>
        </>
      )}
    </section>
  )
}
