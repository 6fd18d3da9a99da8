import { systems } from './codes.ts'

/** A value in a UCUM unit. */
export interface ComparableValue {
  readonly value: number
  readonly unit: string
  readonly unitText: string
}
export type ValueTest = (value: ComparableValue | undefined) => boolean

const pattern = /^(eq|ne|lt|gt|ge|le|sa|eb|ap)?([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)$/

/**
 * `[prefix]number`, `number|system|code` or `number||code`. A number without a prefix stands for all that rounds to it
 * (FHIR R4 search, 3.1.1.5.6). Units match when they are the same but for UCUM annotations: `{beats}/min` is `/min`.
 */
export function valueTest(operator: string, text: string): ValueTest | undefined {
  const parts = text.split('|')
  const match = pattern.exec(parts[0] ?? '')
  if (!match || (parts.length !== 1 && parts.length !== 3)) return undefined
  const number = Number(match[2])
  const compare = comparison(match[1] ?? operator, number, halfStep(match[2]!))
  if (!compare) return undefined
  const [, system = '', code = ''] = parts
  if (system !== '' && system !== systems.ucum) return () => false
  const unit = bare(code)
  return (value) =>
    value !== undefined &&
    (code === '' || bare(value.unit) === unit || (system === '' && value.unitText === code)) &&
    compare(value.value)
}

const bare = (unit: string): string => {
  const rest = unit.replace(/\{[^}]*\}/g, '')
  return rest === '' ? '1' : rest
}

/** Half of the last digit given. */
function halfStep(number: string): number {
  const [mantissa, exponent = '0'] = number.toLowerCase().split('e')
  const decimals = mantissa!.split('.')[1]?.length ?? 0
  return 0.5 * 10 ** (Number(exponent) - decimals)
}

function comparison(operator: string, n: number, half: number): ((v: number) => boolean) | undefined {
  switch (operator) {
    case 'eq':
      return (v) => v >= n - half && v < n + half
    case 'ne':
      return (v) => v < n - half || v >= n + half
    case 'gt':
    case 'sa':
      return (v) => v > n
    case 'lt':
    case 'eb':
      return (v) => v < n
    case 'ge':
      return (v) => v >= n
    case 'le':
      return (v) => v <= n
    case 'ap':
      return (v) => Math.abs(v - n) <= Math.abs(n) / 10
    default:
      return undefined
  }
}
