import { UcumLhcUtils } from '@lhncbc/ucum-lhc'

/** `to = from · factor + offset`: every conversion between units of one dimension is affine, temperature included. */
export interface UnitConversion {
  readonly factor: number
  readonly offset: number
}

/** Units that devices send under the names of the SenML registry (RFC 8428 §12.1, RFC 8798) instead of UCUM's. */
const senmlNames: ReadonlyMap<string, string> = new Map([
  ['beat/min', '/min'],
  ['1/min', '/min'],
  ['%RH', '%'],
  ['%EL', '%'],
  ['dBm', 'dB{mW}'],
  ['/', '1'],
  ['degF', '[degF]'],
])

const identity: UnitConversion = { factor: 1, offset: 0 }
const maxUnitLength = 64
const maxCached = 2_000
const cache = new Map<string, UnitConversion | undefined>()

/**
 * How a value in UCUM unit `from` becomes one in `to`; undefined where they measure different things or `from` is no
 * unit. With a molar mass (g/mol), mass and substance concentrations convert into each other.
 */
export function unitConversion(from: string, to: string, molarMass?: number): UnitConversion | undefined {
  if (from === to) return identity
  if (from.length > maxUnitLength) return undefined
  const key = `${from}\n${to}\n${molarMass ?? ''}`
  if (cache.has(key)) return cache.get(key)
  if (cache.size >= maxCached) cache.clear() // what arrives from outside must not grow memory without bound
  const found = derive(senmlNames.get(from) ?? from, to, molarMass)
  cache.set(key, found)
  return found
}

function derive(from: string, to: string, molarMass: number | undefined): UnitConversion | undefined {
  if (from === to) return identity
  const units = UcumLhcUtils.getInstance()
  const convert = (value: number) => {
    try {
      const options = molarMass === undefined ? {} : { molecularWeight: molarMass }
      const answer = units.convertUnitTo(from, value, to, options)
      return answer.status === 'succeeded' && answer.toVal !== null ? answer.toVal : undefined
    } catch {
      return undefined // the library looks names up in plain objects and stumbles over `constructor` and its kin
    }
  }
  // Two points give the line; far apart so that the slope keeps its digits. UCUM's logarithmic units have no such
  // line: a third point finds them out.
  const [low, middle, high] = [convert(0), convert(500), convert(1_000)]
  if (low === undefined || middle === undefined || high === undefined) return undefined
  const factor = (high - low) / 1_000
  if (!(Number.isFinite(factor) && factor !== 0)) return undefined
  if (Math.abs((low + high) / 2 - middle) > Math.abs(high - low) * 1e-9) return undefined
  return { factor, offset: low }
}
