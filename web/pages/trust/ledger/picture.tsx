/** Rows → leaves → one root → a signature → places outside of this house. Drawn from what there is; the words say the same. */
import { useTranslation } from 'react-i18next'
import type { AnchorsView } from '../../../../src/ledger/contract.ts'

const leaves = 8
const [width, step, top] = [640, 44, 24]
const xOf = (level: number, i: number) => (320 / (leaves >> level)) * (i + 0.5)
const yOf = (level: number) => top + (3 - level) * step

/** A tree of eight leaves stands for all of them. */
const nodes = [0, 1, 2, 3].flatMap((level) =>
  Array.from({ length: leaves >> level }, (_, i) => ({
    ...{ id: `${level}-${i}`, level, i },
    ...{ x: xOf(level, i), y: yOf(level) },
  })),
)
const edges = nodes
  .filter(({ level }) => level < 3)
  .map(({ id, level, i, x, y }) => ({ id, x, y, toX: xOf(level + 1, i >> 1), toY: yOf(level + 1) }))

export interface PictureProps {
  readonly size: number
  readonly root: string
  readonly anchors: AnchorsView
}

export function Picture({ size, root, anchors }: PictureProps) {
  const { t, i18n } = useTranslation()
  const number = new Intl.NumberFormat(i18n.language)
  const words = t('ledger.picture', { size: number.format(size), count: anchors.places.length })
  return (
    <figure className="ledger-picture">
      <svg viewBox={`0 0 ${width} 200`} role="img" aria-label={words}>
        {edges.map((edge) => (
          <line key={edge.id} x1={edge.x} y1={edge.y} x2={edge.toX} y2={edge.toY} />
        ))}
        {nodes.map(({ id, x, y, level }) => (
          <circle key={id} cx={x} cy={y} r={level === 3 ? 9 : 6} />
        ))}
        {anchors.places.map(({ place }, i) => {
          const at = 48 + i * 52
          return (
            <g key={place}>
              <line className="ledger-arrow" x1={172} y1={yOf(3)} x2={400} y2={at} />
              <rect x={400} y={at - 18} width={220} height={36} rx={6} />
              <text x={416} y={at + 5}>
                {t(`ledger.place.${place}`)}
              </text>
            </g>
          )
        })}
      </svg>
      <figcaption className="small dim">
        {words} <code>{root}</code>
      </figcaption>
    </figure>
  )
}
