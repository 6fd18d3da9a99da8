/** A value as it is said: a number with its unit, a code by its word, room air as air. No code number reaches a screen. */
import type { TFunction } from 'i18next'
import { metrics } from '../../src/kernel/metrics/index.ts'
import { formatValue } from './format.ts'
import { decimalsOf, unitTextOf } from './parameters.ts'

export interface Words {
  readonly text: string
  readonly unit: string
  /** A word instead of a number: set smaller, never aligned on a decimal. */
  readonly isWord: boolean
}

/** Air holds 20.9 % oxygen, written 21. */
const airPercent = 21

const isAir = (metric: string, value: number): boolean =>
  (metric === 'oxygen-flow' && value === 0) || (metric === 'inspired-oxygen' && value <= airPercent)

export function wordsOf(t: TFunction, metric: string, value: number): Words {
  const entry = metrics.get(metric)
  if (entry?.kind === 'coded') {
    const code = entry.codes?.[value]
    const text = code ? t(`coded.${metric}.${code.code}`, { defaultValue: code.display }) : '–'
    return { text, unit: '', isWord: true }
  }
  if (isAir(metric, value)) return { text: t('reading.air'), unit: '', isWord: true }
  const decimals = metric === 'oxygen-flow' && Number.isInteger(value) ? 0 : decimalsOf(metric)
  return { text: formatValue(value, decimals), unit: unitTextOf(metric), isWord: false }
}
