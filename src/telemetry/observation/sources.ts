import type { WithId } from '@medplum/core'
import type { Observation } from '@medplum/fhirtypes'
import { findMetric } from '../../kernel/metrics/index.ts'
import type { StoredChunk } from '../codec/waveforms.ts'
import { quality, type Series } from '../model.ts'
import { problems } from '../problems.ts'
import type { Reading } from '../reading.ts'
import { microsPerTenth } from '../segment.ts'
import type { Versions } from '../versions.ts'
import {
  drawPanel,
  drawReading,
  drawWaveform,
  type ReadingVersion,
  statusOf,
  statusOfPanel,
  statusOfReading,
} from './draw.ts'
import type { ObservationKind } from './ids.ts'
import type { Candidate } from './plan.ts'

export interface Item extends Candidate {
  readonly series: number
  /** Tenths of a second since 1970. */
  readonly receivedTenth: number
  draw(): WithId<Observation>
}

/** The Observations of one kind of one series, by time. */
export interface Source {
  readonly kind: ObservationKind
  readonly series: Series
  /** No item is before `firstAt` or after `lastAt`. */
  readonly firstAt: number
  readonly lastAt: number
  /** All items in [from, to), by time. */
  window(from: number, to: number): Promise<Item[]>
  /** The newest items before `to`, by time; all there are in [since, to). `since` 0: there are no others. */
  newest(to: number, count: number): Promise<{ items: Item[]; since: number }>
}

/** How many candidates one request may look at. */
export class Budget {
  #left: number
  constructor(items: number) {
    this.#left = items
  }
  spend(items: number): void {
    this.#left -= items
    if (this.#left < 0) throw problems.searchTooWide()
  }
}

export function readingSource(
  reading: Reading,
  series: Series,
  span: { readonly firstAt: number; readonly lastAt: number },
): Source {
  const items = (all: Versions) => readingVersions(all).map((version) => readingItem(series, version))
  return {
    kind: 'reading',
    series,
    firstAt: span.firstAt,
    lastAt: span.lastAt,
    window: async (from, to) => items(await reading.versions(series.id, from, to)),
    async newest(to, count) {
      const found = items(await reading.newest(series.id, to, count))
      return { items: found, since: found.length < count ? 0 : found[0]!.at }
    },
  }
}

/** The last version of each reading, with its number. */
export function readingVersions(all: Versions): ReadingVersion[] {
  const found: ReadingVersion[] = []
  let version = 0
  for (let i = 0; i < all.count; i++) {
    version = i > 0 && all.measuredAt[i] === all.measuredAt[i - 1] ? version + 1 : 1
    if (i + 1 < all.count && all.measuredAt[i] === all.measuredAt[i + 1]) continue
    found.push(versionAt(all, i, version))
  }
  return found
}

export const versionAt = (all: Versions, i: number, version: number): ReadingVersion => ({
  at: all.measuredAt[i]!,
  value: all.value[i]!,
  quality: all.quality[i]!,
  received: all.received[i]!,
  stored: all.stored[i]!,
  version,
})

function readingItem(series: Series, version: ReadingVersion): Item {
  const metric = findMetric(series.metric)
  const present =
    metric?.kind !== 'coded' && Number.isFinite(version.value) && (version.quality & quality.missing) === 0
  return {
    series: series.id,
    receivedTenth: version.received,
    at: version.at,
    storedAt: version.stored * microsPerTenth,
    status: statusOfReading(version),
    value: present
      ? { value: version.value, unit: metric?.unit ?? '1', unitText: metric?.unitText ?? '1' }
      : undefined,
    draw: () => drawReading(series, version),
  }
}

const shortestWindowUs = 60_000_000

export function waveformSource(
  reading: Reading,
  series: Series,
  span: { readonly firstAt: number; readonly lastAt: number },
): Source {
  const window = async (from: number, to: number) => {
    const chunks = (await reading.chunks(series.id, from, to)).filter((chunk) => chunk.startAt >= from)
    return chunks.flatMap((chunk, i): Item[] => {
      if (chunks[i + 1]?.startAt === chunk.startAt) return []
      return [waveformItem(series, chunk, chunkVersion(chunks, i))]
    })
  }
  return {
    kind: 'waveform',
    series,
    firstAt: span.firstAt,
    lastAt: span.lastAt,
    window,
    async newest(to, count) {
      const end = Math.min(to, span.lastAt + 1)
      for (let width = shortestWindowUs; ; width *= 4) {
        const since = Math.max(0, end - width)
        const items = since < end ? await window(since, end) : []
        if (items.length >= count || since <= span.firstAt) {
          return { items, since: since <= span.firstAt ? 0 : since }
        }
      }
    },
  }
}

/** Its number among the chunks with the same start, which lie before it. */
function chunkVersion(chunks: readonly StoredChunk[], i: number): number {
  let version = 1
  while (chunks[i - version]?.startAt === chunks[i]!.startAt) version++
  return version
}

const waveformItem = (series: Series, chunk: StoredChunk, version: number): Item => ({
  series: series.id,
  receivedTenth: Math.floor(chunk.receivedAt / microsPerTenth),
  at: chunk.startAt,
  storedAt: chunk.stored * microsPerTenth,
  status: statusOf(version, chunk.samples.length === 0),
  value: undefined,
  draw: () => drawWaveform(series, chunk, version),
})

export function panelSource(
  reading: Reading,
  systolic: Series,
  diastolic: Series,
  span: { readonly firstAt: number; readonly lastAt: number },
): Source {
  const pair = (highs: Versions, lows: Versions): Item[] => {
    const low = new Map(readingVersions(lows).map((version) => [version.at, version]))
    return readingVersions(highs).flatMap((high) => {
      const other = low.get(high.at)
      return other ? [panelItem(systolic, diastolic, high, other)] : []
    })
  }
  return {
    kind: 'panel',
    series: systolic,
    firstAt: span.firstAt,
    lastAt: span.lastAt,
    async window(from, to) {
      const highs = await reading.versions(systolic.id, from, to)
      return pair(highs, await reading.versions(diastolic.id, from, to))
    },
    async newest(to, count) {
      for (let wanted = count; ; wanted *= 4) {
        const highs = await reading.newest(systolic.id, to, wanted)
        const complete = readingVersions(highs).length < wanted
        const since = complete ? 0 : highs.measuredAt[0]!
        const items = pair(highs, await reading.versions(diastolic.id, since, to))
        if (complete || items.length >= count) return { items, since }
      }
    },
  }
}

function panelItem(systolic: Series, diastolic: Series, high: ReadingVersion, low: ReadingVersion): Item {
  return {
    series: systolic.id,
    receivedTenth: high.received,
    at: high.at,
    storedAt: Math.max(high.stored, low.stored) * microsPerTenth,
    status: statusOfPanel(high, low),
    value: undefined,
    draw: () => drawPanel(systolic, diastolic, high, low),
  }
}

/** All versions of a panel, the oldest first: one for each change of either part, once both are there. */
export function panelVersions(
  systolic: Series,
  diastolic: Series,
  highs: Versions,
  lows: Versions,
): WithId<Observation>[] {
  const all = (part: 'high' | 'low', versions: Versions) =>
    Array.from({ length: versions.count }, (_, i) => ({ part, version: versionAt(versions, i, i + 1) }))
  const changes = [...all('high', highs), ...all('low', lows)]
  changes.sort((a, b) => a.version.stored - b.version.stored)
  const now: { high?: ReadingVersion; low?: ReadingVersion } = {}
  const drawn: WithId<Observation>[] = []
  for (const { part, version } of changes) {
    now[part] = version
    if (now.high && now.low) drawn.push(drawPanel(systolic, diastolic, now.high, now.low))
  }
  return drawn
}
