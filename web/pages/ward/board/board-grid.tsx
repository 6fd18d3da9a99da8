/** The tiles in their order: trouble first and larger, the quiet ones below. */
import { type CSSProperties, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmView, BoardTile } from '../../../../src/monitoring/contract.ts'
import { useAcknowledge } from '../../../app/api/acknowledge.ts'
import { live } from '../../../app/live/live.ts'
import { useMay } from '../../../app/session/use-session.ts'
import { Tile, type TileSize } from './tile.tsx'
import { useBoardKeys } from './use-board-keys.ts'
import { type BoardMode, useBoardMode } from './use-board-mode.ts'
import { useOrder } from './use-order.ts'

const sizes: Readonly<Record<BoardMode, { trouble: TileSize; quiet: TileSize }>> = {
  list: { trouble: 'line', quiet: 'line' },
  comfortable: { trouble: 'full', quiet: 'full' },
  dense: { trouble: 'full', quiet: 'line' },
  scroll: { trouble: 'full', quiet: 'compact' },
  wall: { trouble: 'full', quiet: 'compact' },
}

export function BoardGrid({ tiles }: { readonly tiles: readonly BoardTile[] }) {
  const { t } = useTranslation()
  const ref = useRef<HTMLDivElement>(null)
  const order = useOrder(tiles)
  const [selected, setSelected] = useState<string | undefined>(undefined)
  const [opened, setOpened] = useState<string | undefined>(undefined)
  const acknowledge = useAcknowledge()
  const mayAcknowledge = useMay('alarms.acknowledge')
  const trouble = order.tiles.filter((tile) => order.trouble.has(tile.patient.id))
  const idle = order.tiles.filter((tile) => order.idle.has(tile.patient.id))
  const quiet = order.tiles.filter(
    ({ patient }) => !order.trouble.has(patient.id) && !order.idle.has(patient.id),
  )
  const { mode, fit } = useBoardMode(ref, {
    trouble: trouble.length,
    quiet: quiet.length,
    idle: idle.length,
  })
  const current = selected ?? order.tiles[0]?.patient.id

  const waveforms = useMemo(() => tiles.flatMap((tile) => tile.waveforms.slice(0, 3)), [tiles])
  useEffect(() => live.wantWaveforms(waveforms), [waveforms])

  const { mutate } = acknowledge
  const answer = useCallback((alarm: AlarmView) => mutate(alarm), [mutate])
  const toggle = useCallback(
    (patient: string) => setOpened((before) => (before === patient ? undefined : patient)),
    [],
  )
  useBoardKeys({
    container: ref,
    current,
    select: setSelected,
    acknowledge: mayAcknowledge ? answer : undefined,
  })

  const draw = (tile: BoardTile, size: TileSize) => {
    const patient = tile.patient.id
    const open = mode === 'list' && opened === patient
    return (
      <Tile
        key={patient}
        tile={tile}
        size={open ? 'full' : size}
        selected={patient === current}
        onSelect={setSelected}
        onAcknowledge={mayAcknowledge ? answer : undefined}
        acknowledging={acknowledge.isPending ? acknowledge.variables.id : undefined}
        onToggle={mode === 'list' ? toggle : undefined}
        open={open}
      />
    )
  }

  const style =
    fit &&
    ({
      '--columns': fit.columns,
      '--trouble-columns': fit.troubleColumns,
      '--trouble-height': `${fit.troubleHeight}px`,
      '--quiet-height': `${fit.quietHeight}px`,
    } as CSSProperties)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: listens only for signs of attention; does nothing itself.
    <div
      ref={ref}
      className="board-body"
      data-mode={mode}
      style={style}
      onPointerMove={order.attention.touch}
      onPointerOver={(event) => order.attention.hold(patientUnder(event.target))}
      onPointerLeave={() => order.attention.hold(undefined)}
      onKeyDown={order.attention.touch}
    >
      {acknowledge.isError && (
        <p className="board-refused" role="alert">
          {t('alarm.refused', { reason: acknowledge.error.message })}
        </p>
      )}
      {trouble.length > 0 && (
        <section className="board-grid" data-part="trouble" aria-label={t('board.trouble')}>
          {trouble.map((tile) => draw(tile, sizes[mode].trouble))}
        </section>
      )}
      {quiet.length > 0 && (
        <section className="board-grid" data-part="quiet" aria-label={t('board.quiet')}>
          {quiet.map((tile) => draw(tile, sizes[mode].quiet))}
        </section>
      )}
      {idle.length > 0 && (
        <section className="board-grid" data-part="idle" aria-label={t('board.idle')}>
          {idle.map((tile) => draw(tile, 'line'))}
        </section>
      )}
    </div>
  )
}

const patientUnder = (target: EventTarget): string | undefined =>
  target instanceof Element
    ? (target.closest<HTMLElement>('[data-patient]')?.dataset['patient'] ?? undefined)
    : undefined
