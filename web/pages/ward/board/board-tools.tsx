/** Above the board: whose unit, whose name, how dense, and the wall. */
import { useTranslation } from 'react-i18next'
import type { Board } from '../../../../src/monitoring/contract.ts'
import { type Density, preferences, usePreferences } from '../../../app/preferences.ts'
import { Chips } from '../../../kit/chips.tsx'
import { Icon } from '../../../kit/icon.tsx'

export interface BoardToolsProps {
  readonly board: Board
  readonly unit: string
  readonly onUnit: (unit: string) => void
  readonly text: string
  readonly onText: (text: string) => void
}

const densities: readonly Density[] = ['auto', 'comfortable', 'dense', 'wall']

function toggleWall(): void {
  if (document.fullscreenElement) void document.exitFullscreen()
  else void document.documentElement.requestFullscreen()
}

export function BoardTools({ board, unit, onUnit, text, onText }: BoardToolsProps) {
  const { t } = useTranslation()
  const { density } = usePreferences()
  const countOf = (id: string) => board.tiles.filter((tile) => tile.unit.id === id).length
  const units = [
    { id: 'all', text: t('board.all'), count: board.tiles.length },
    ...board.units.map(({ id, name }) => ({ id, text: name, count: countOf(id) })),
  ]
  return (
    <div className="board-tools">
      <Chips label={t('board.units')} options={units} chosen={unit} onChoose={onUnit} />
      <input
        type="search"
        className="board-filter"
        placeholder={t('board.filter')}
        aria-label={t('board.filter')}
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
      <label className="board-density">
        <span className="dim">{t('board.density')}</span>
        <select
          value={density}
          onChange={(event) => preferences.set({ density: event.target.value as Density })}
        >
          {densities.map((each) => (
            <option key={each} value={each}>
              {t(`density.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="plain-button board-wall" onClick={toggleWall}>
        <Icon name="wall" size={16} />
        {t('board.fullScreen')} <span className="key">F</span>
      </button>
    </div>
  )
}
