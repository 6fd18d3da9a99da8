/** Ctrl-K: patients, beds, devices and pages by a few letters. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { DeviceView } from '../../../src/devices/contract.ts'
import type { Board } from '../../../src/monitoring/contract.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { boardKey } from '../api/board.ts'
import { getJson } from '../api/client.ts'
import { useMay } from '../session/use-session.ts'
import { useRooms } from './use-rooms.ts'

interface Hit {
  readonly id: string
  readonly kind: 'patient' | 'device' | 'page'
  readonly title: string
  readonly detail: string
  readonly href: string
}

const mostHits = 12

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const rooms = useRooms()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const board = useQuery<Board>({ queryKey: boardKey, enabled: false })
  const devices = useQuery({
    queryKey: ['devices'],
    queryFn: ({ signal }) => getJson<readonly DeviceView[]>('/api/devices', signal),
    enabled: useMay('devices.view'),
  })
  const all: readonly Hit[] = [
    ...rooms.map(
      ({ id, title, path }): Hit => ({ id, kind: 'page', title: t(title), detail: '', href: path }),
    ),
    ...(board.data?.tiles ?? []).map(
      ({ patient, bed, unit }): Hit => ({
        id: patient.id,
        kind: 'patient',
        title: patient.name,
        detail: `${bed} · ${unit.name}`,
        href: `/patients/${patient.id}`,
      }),
    ),
    ...(devices.data ?? []).map(
      ({ id, name, patient }): Hit => ({
        id,
        kind: 'device',
        title: name,
        detail: patient?.name ?? id,
        href: `/devices?device=${encodeURIComponent(id)}`,
      }),
    ),
  ]
  const words = text.toLowerCase().split(/\s+/)
  const hits = all
    .filter((hit) =>
      words.every((word) => `${hit.title} ${hit.detail} ${hit.id}`.toLowerCase().includes(word)),
    )
    .slice(0, mostHits)
  const go = (hit: Hit | undefined): void => {
    if (!hit) return
    onClose()
    navigate(hit.href)
  }
  return (
    <Dialog label={t('shell.search')} onClose={onClose}>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-hits"
        aria-activedescendant={hits[chosen] ? `hit-${chosen}` : undefined}
        aria-label={t('shell.searchHint')}
        placeholder={t('shell.searchHint')}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setChosen(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setChosen(Math.min(hits.length - 1, chosen + 1))
          else if (event.key === 'ArrowUp') setChosen(Math.max(0, chosen - 1))
          else if (event.key === 'Enter') go(hits[chosen])
          else return
          event.preventDefault()
        }}
      />
      <div id="palette-hits" role="listbox" aria-label={t('shell.search')}>
        {hits.map((hit, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above moves and chooses by keys.
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, as in every combobox.
          <div
            key={`${hit.kind} ${hit.id}`}
            id={`hit-${i}`}
            role="option"
            aria-selected={i === chosen}
            className="palette-hit"
            onClick={() => go(hit)}
          >
            <span>{hit.title}</span>
            <span className="dim small">{hit.detail}</span>
            <span className="palette-kind">{t(`shell.${hit.kind}`)}</span>
          </div>
        ))}
      </div>
      {hits.length === 0 && <p className="dim">{t('shell.nothingFound', { text })}</p>}
    </Dialog>
  )
}
