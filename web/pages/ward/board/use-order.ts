/** Keeps the board in order of who is worst, re-sorting only at still moments. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { BoardTile } from '../../../../src/monitoring/contract.ts'
import { localNowMs } from '../../../app/clock.ts'
import { alarms, vitals } from '../../../app/live/live.ts'
import { arrange, compareTiles, isTrouble, type Standing } from './order.ts'

/** Nothing touched for this long is a still moment. */
const stillMs = 2_500
const checkEveryMs = 1_000

const standingOf = (patient: string): Standing => ({
  alarms: alarms.of(patient),
  score: alarms.scoreOf(patient),
})

const wantedOrder = (tiles: readonly BoardTile[]): readonly string[] =>
  [...tiles].sort((a, b) => compareTiles(a, b, standingOf)).map((tile) => tile.patient.id)

/** A bed from which nothing has come yet. */
const isIdle = ({ patient, readings }: BoardTile): boolean =>
  readings.length === 0 && vitals.metricsOf(patient.id).length === 0 && alarms.of(patient.id).length === 0

export interface Attention {
  /** Call on every pointer move, key and scroll over the board. */
  readonly touch: () => void
  readonly hold: (patient: string | undefined) => void
}

interface Arrangement {
  readonly order: readonly string[]
  /** Joined, so that equal sets are equal. */
  readonly trouble: string
  readonly idle: string
}

function arrangement(
  tiles: readonly BoardTile[],
  before: Arrangement | undefined,
  held?: string,
): Arrangement {
  const wanted = wantedOrder(tiles)
  const trouble = wanted.filter(
    (id) => isTrouble(standingOf(id)) || (id === held && before?.trouble.includes(id)),
  )
  const idle = tiles.filter(isIdle).map((tile) => tile.patient.id)
  const next = {
    order: arrange(before?.order ?? [], wanted, held),
    trouble: trouble.join(' '),
    idle: idle.join(' '),
  }
  const same =
    before?.trouble === next.trouble &&
    before.idle === next.idle &&
    before.order.join(' ') === next.order.join(' ')
  return same ? before : next
}

export interface BoardOrder {
  readonly tiles: readonly BoardTile[]
  readonly trouble: ReadonlySet<string>
  readonly idle: ReadonlySet<string>
  readonly attention: Attention
}

export function useOrder(tiles: readonly BoardTile[]): BoardOrder {
  const [shown, setShown] = useState<Arrangement>(() => arrangement(tiles, undefined))
  const touchedAtMs = useRef(0)
  const held = useRef<string | undefined>(undefined)

  useEffect(() => {
    const settle = (): void => {
      if (localNowMs() - touchedAtMs.current < stillMs) return
      setShown((before) => arrangement(tiles, before, held.current))
    }
    settle()
    const timer = setInterval(settle, checkEveryMs)
    return () => clearInterval(timer)
  }, [tiles])

  const attention = useRef<Attention>({
    touch: () => {
      touchedAtMs.current = localNowMs()
    },
    hold: (patient) => {
      held.current = patient
    },
  })

  return useMemo(() => {
    const byId = new Map(tiles.map((tile) => [tile.patient.id, tile]))
    const known = shown.order.flatMap((id) => byId.get(id) ?? [])
    const fresh = tiles.filter((tile) => !shown.order.includes(tile.patient.id))
    return {
      tiles: [...known, ...fresh],
      trouble: new Set(shown.trouble.split(' ')),
      idle: new Set(shown.idle.split(' ')),
      attention: attention.current,
    }
  }, [tiles, shown])
}
