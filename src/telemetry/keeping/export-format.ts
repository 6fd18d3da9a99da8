import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { keepingProblems } from './problems.ts'

/** The lines of an export; `docs/telemetry-export.md` is the same in words. */
export const exportFormat = 'vitalwire-telemetry'
export const exportVersion = 1

const count = z.number().int().nonnegative()
const series = z.number().int().positive()
const header = z.object({
  type: z.literal('header'),
  format: z.literal(exportFormat),
  version: z.literal(exportVersion),
  export: z.string().min(1).max(64),
  patient: z.string(),
  exportedAt: z.string(),
})
const seriesLine = z.object({
  type: z.literal('series'),
  series,
  device: z.string().min(1).max(200),
  metric: z.string().min(1).max(64),
})
const block = z.object({
  type: z.literal('block'),
  series,
  kind: z.enum(['samples', 'waveform']),
  periodStart: count,
  readings: count,
  data: z.base64(),
})
const end = z.object({ type: z.literal('end'), series: count, blocks: count, readings: count })
const line = z.discriminatedUnion('type', [header, seriesLine, block, end])

export type ExportLine = z.infer<typeof line>
export type HeaderLine = z.infer<typeof header>
export type SeriesLine = z.infer<typeof seriesLine>
export type BlockLine = z.infer<typeof block>

const checkLength = ',"crc32":"00000000"}'.length
const checkOf = (text: string): string => `,"crc32":"${crc32(text).toString(16).padStart(8, '0')}"}`

/** One line, its checksum last: CRC-32 of the UTF-8 before it. */
export function writeLine(content: ExportLine): string {
  const text = JSON.stringify(content).slice(0, -1)
  return `${text}${checkOf(text)}\n`
}

/** @throws ProblemError naming the line where it is damaged or not of this format. */
export function readLine(text: string, number: number): ExportLine {
  const body = text.slice(0, -checkLength)
  if (body === '' || text.slice(-checkLength) !== checkOf(body)) {
    throw keepingProblems.badExport(number, 'fails its checksum')
  }
  const outcome = line.safeParse(JSON.parse(text))
  if (outcome.success) return outcome.data
  const issue = outcome.error.issues[0]!
  throw keepingProblems.badExport(number, `${issue.path.join('.')}: ${issue.message}`)
}
