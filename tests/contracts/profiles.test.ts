import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type LoadedProfile, profileOf, profiles } from '../../src/devices/index.ts'
import { checkReading, checkWaveform } from '../../src/gateway/checks.ts'
import { decodeSenml } from '../../src/gateway/codecs/senml/decode.ts'
import { gatewayProblemCodes } from '../../src/gateway/problems.ts'
import { metrics } from '../../src/kernel/metrics/index.ts'
import type { Micros } from '../../src/kernel/time.ts'

const all = [...profiles.values()]
const receivedAt = (Date.UTC(2026, 6, 1) * 1_000) as Micros

/** What a frame comes to: readings, waveform lengths and refusals, as the samples write them. */
function play(profile: LoadedProfile, frame: string) {
  const decoded = decodeSenml(Buffer.from(frame), receivedAt)
  if (!decoded.ok) return { readings: {}, waveforms: {}, refused: [decoded.problem.code] }
  const readings: Record<string, number | 'missing'> = {}
  const waveforms: Record<string, number> = {}
  const refused = decoded.value.problems.map((problem) => problem.code)
  for (const reading of decoded.value.readings) {
    const checked = checkReading(reading, profile, receivedAt)
    if (!checked.ok) refused.push(checked.problem.code)
    else {
      const { metric, value } = checked.value
      readings[metric] = Number.isNaN(value) ? 'missing' : Number(value.toFixed(4))
    }
  }
  for (const wave of decoded.value.waveforms) {
    const checked = checkWaveform(wave, profile, receivedAt)
    if (checked.ok) waveforms[checked.value.metric] = checked.value.samples.length
    else refused.push(checked.problem.code)
  }
  return { readings, waveforms, refused }
}

describe('the profile folder', () => {
  it('is swept whole', () => {
    const folder = new URL('../../src/devices/profiles/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.includes('/') && file.endsWith('.ts'))
      .map((file) => file.slice(0, -3))
    expect(all.map((profile) => profile.id).sort()).toEqual(files.sort())
  })

  it('answers nothing for a profile that is not there', () => expect(profileOf('acme/none')).toBeUndefined())
})

describe.each(all.map((profile) => [profile.id, profile] as const))('profile %s', (_, profile) => {
  it('measures only what the catalogue knows, each metric once, at a stated cadence', () => {
    expect(profile.metrics.length).toBeGreaterThan(0)
    for (const { id, cadenceS, waveform } of profile.metrics) {
      const metric = metrics.get(id)
      expect(metric, id).toBeDefined()
      expect(cadenceS).toBeGreaterThan(0)
      // The generic profile takes any waveform at the rate its frames state.
      if (profile.id !== 'vitalwire/senml') expect(waveform !== undefined).toBe(metric?.kind === 'waveform')
      if (waveform) expect(waveform.rateHz).toBeGreaterThan(0)
    }
    const ids = profile.capabilities.flatMap((capability) => capability.metrics.map((metric) => metric.id))
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  })

  it('shows a good, a missing and a refused reading among its samples', () => {
    const expected = profile.samples.map((sample) => sample.expect)
    const values = expected.flatMap((e) => Object.values(e.readings ?? {}))
    expect(values.some((value) => typeof value === 'number')).toBe(true)
    expect(values).toContain('missing')
    expect(expected.flatMap((e) => e.refused ?? [])).toContain('value-implausible')
    for (const code of expected.flatMap((e) => e.refused ?? [])) expect(gatewayProblemCodes).toContain(code)
    const names = profile.samples.map((sample) => sample.name)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(profile.samples.map((sample) => [sample.name, sample] as const))('reads: %s', (_name, sample) => {
    expect(play(profile, sample.frame)).toEqual({
      readings: {},
      waveforms: {},
      refused: [],
      ...sample.expect,
    })
  })

  it('survives its frames cut at every byte', () => {
    for (const { frame } of profile.samples) {
      const bytes = Buffer.from(frame)
      for (let length = 0; length < bytes.length; length++) {
        const decoded = decodeSenml(bytes.subarray(0, length), receivedAt)
        expect(decoded.ok).toBe(false)
      }
    }
  })
})
