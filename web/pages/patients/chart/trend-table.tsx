/** The same data as the charts, as rows of time. */
import { useTranslation } from 'react-i18next'
import type { Trend } from '../../../../src/telemetry/contract.ts'
import { formatValue } from '../../../kit/format.ts'
import { decimalsOf, labelOf, titleOf, unitTextOf } from '../../../kit/parameters.ts'
import { tabulate } from './tabulate.ts'

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
