import { metrics } from '../../kernel/metrics/index.ts'
import type { CompiledRule } from './compile.ts'

const signs = { below: '<', above: '>', atLeast: '≥', atMost: '≤' } as const

export const metricTitle = (metric: string): string => metrics.get(metric)?.title ?? metric

/** The alarm's one line: `SpO₂ low 82 < 90 %`. */
export function alarmWords(
  compiled: CompiledRule,
  source: { readonly metric: string | null; readonly deviceName: string },
  value: number,
): string {
  const { rule, comparison, limit } = compiled
  const name = source.metric === null ? '' : metricTitle(source.metric)
  if (comparison) {
    const metric = source.metric === null ? undefined : metrics.get(source.metric)
    const unit = metric?.unitText ?? unitOf(compiled)
    const digits = metric?.decimals ?? 1
    const written = (number: number): string => String(Number(number.toFixed(digits)))
    const suffix = unit === '' || unit.startsWith('{') ? '' : ` ${unit}`
    return `${rule.title} ${written(value)} ${signs[comparison]} ${written(limit)}${suffix}`
  }
  switch (rule.when.test) {
    case 'flagged':
      return `${rule.title}: ${name} cannot be measured (${source.deviceName})`
    case 'silent':
      return `${rule.title}: ${name} has stopped coming from ${source.deviceName}`
    case 'late':
      return `${rule.title}: ${name} from ${source.deviceName} comes too late to be judged; is its clock right?`
    default:
      return `${rule.title}: ${source.deviceName}. While it is offline its missing values raise no alarms of their own`
  }
}

const unitOf = ({ rule }: CompiledRule): string =>
  'param' in rule.when ? (rule.params[rule.when.param]?.unit ?? '') : ''
