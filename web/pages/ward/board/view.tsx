/** The ward board: every patient at a glance, the worst found in a second. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBoard } from '../../../app/api/board.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { BoardGrid } from './board-grid.tsx'
import { BoardSkeleton } from './board-skeleton.tsx'
import { BoardTools } from './board-tools.tsx'
import { matchesFilter } from './filter.ts'
import './board.css'
import './tile.css'

export default function WardBoard() {
  const { t } = useTranslation()
  const board = useBoard()
  const [unit, setUnit] = useState('all')
  const [text, setText] = useState('')
  return (
    <QueryStates
      query={board}
      skeleton={<BoardSkeleton />}
      isEmpty={(data) => data.tiles.length === 0}
      empty={{ title: t('board.emptyTitle'), text: t('board.emptyText') }}
    >
      {(data) => {
        const tiles = data.tiles.filter((tile) => matchesFilter(tile, unit, text))
        return (
          <div className="board">
            <h1 className="sr-only">{t('rooms.ward')}</h1>
            <BoardTools board={data} unit={unit} onUnit={setUnit} text={text} onText={setText} />
            {tiles.length === 0 ? (
              <p className="board-nobody">{t('board.nobody')}</p>
            ) : (
              <BoardGrid key={unit} tiles={tiles} />
            )}
          </div>
        )
      }}
    </QueryStates>
  )
}
