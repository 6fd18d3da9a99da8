/** What a device sent that was not understood: when, why, and the bytes themselves. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '../../../../src/devices/contract.ts'
import type { QuarantineEntry } from '../../../../src/gateway/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { useMay } from '../../../app/session/use-session.ts'
import { Dialog } from '../../../kit/dialog.tsx'
import { formatBytes, formatExact } from '../../../kit/format.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { hexLines } from './hex.ts'

function Entry({ entry }: { readonly entry: QuarantineEntry }) {
  const { t, i18n } = useTranslation()
  const { lines, cut } = hexLines(entry.bytes)
  return (
    <li className="quarantine-entry">
      <p>
        <b>{entry.reason}</b>
      </p>
      <p className="dim small">
        {formatExact(Date.parse(entry.receivedAt), i18n.language)} · {entry.protocol} ·{' '}
        <code>{entry.code}</code> · {t('devices.size', { size: formatBytes(entry.size) })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys. */}
      <pre className="ltr" tabIndex={0}>
        {lines.join('\n')}
        {cut ? '\n…' : ''}
      </pre>
    </li>
  )
}

export function Quarantine({
  device,
  onClose,
}: {
  readonly device: DeviceView
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const may = useMay('quarantine.view')
  const entries = useQuery({
    queryKey: ['quarantine', device.id],
    queryFn: ({ signal }) =>
      getJson<readonly QuarantineEntry[]>(`/quarantine?device=${encodeURIComponent(device.id)}`, signal),
    enabled: may,
  })
  const title = t('devices.quarantineTitle', { name: device.name })
  return (
    <Dialog label={title} onClose={onClose} wide>
      <div className="dialog-head">
        <h2>{title}</h2>
        <button type="button" className="plain-button" onClick={onClose}>
          {t('shell.close')}
        </button>
      </div>
      {may ? (
        <QueryStates query={entries}>
          {(data) =>
            data.length === 0 ? (
              <p className="dim">{t('devices.quarantineEmpty')}</p>
            ) : (
              <ul>
                {data.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </ul>
            )
          }
        </QueryStates>
      ) : (
        <>
          {device.lastRefusal && <p>{device.lastRefusal.reason}</p>}
          <p className="dim">{t('devices.quarantineDenied')}</p>
        </>
      )}
    </Dialog>
  )
}
