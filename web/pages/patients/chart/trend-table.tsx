/** The same data as the charts, as rows of time. */
import { useTranslation } from 'react-i18next'
import type { Trend } from '../../../../src/telemetry/contract.ts'
import { formatValue } from '../../../kit/format.ts'
import { decimalsOf, labelOf, titleOf, unitTextOf } from '../../../kit/parameters.ts'
import { tabulate } from './tabulate.ts'

<<<<<<< HEAD
const rows = 48

/** The last value of each metric in each of equal pieces of time; undefined where nothing was measured. */
export function tabulate(trends: readonly Trend[], fromMs: number, toMs: number) {
  const stepMs = (toMs - fromMs) / rows
  const table = Array.from({ length: rows }, (_, i) => ({
    endMs: fromMs + (i + 1) * stepMs,
    values: trends.map((): number | undefined => undefined),
  }))
  trends.forEach(({ timesMs, values }, column) => {
    timesMs.forEach((ms, i) => {
      const row = table[Math.min(rows - 1, Math.floor((ms - fromMs) / stepMs))]
      const value = values[i]
      if (row && value != null) row.values[column] = value
    })
  })
  return table.filter((row) => row.values.some((value) => value !== undefined)).reverse()
}

=======
>>>>>>> web
export function TrendTable(props: {
  readonly trends: readonly Trend[]
  readonly fromMs: number
  readonly toMs: number
}) {
  const { t, i18n } = useTranslation()
  const { trends, fromMs, toMs } = props
  const clock = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys.
    <section className="trend-table" tabIndex={0} aria-label={t('chart.table')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('chart.time')}</th>
            {trends.map(({ metric }) => (
              <th key={metric} scope="col" title={titleOf(metric)}>
                {labelOf(metric)} <span className="dim">{unitTextOf(metric)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tabulate(trends, fromMs, toMs).map((row) => (
            <tr key={row.endMs}>
              <th scope="row">{clock.format(row.endMs)}</th>
              {row.values.map((value, i) => {
                const metric = trends[i]!.metric
                return (
                  <td key={metric}>{value === undefined ? '–' : formatValue(value, decimalsOf(metric))}</td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
