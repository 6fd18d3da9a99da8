/** The ward board in Chromium against a running server, and what can be measured on it. */
import { cpus } from 'node:os'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { RunningServer } from '../scenarios/server.ts'
import { chromiumPath, launchArguments } from './browser.ts'

export interface RealBoard {
  readonly page: Page
  /** Milliseconds between the animation frames of the next seconds, with the demo's full load on screen. */
  frameTimes(seconds: number): Promise<readonly number[]>
  /** Milliseconds from just before each publish until its value, or a newer one, was painted. */
  readingsToPixels(count: number): Promise<readonly number[]>
  close(): Promise<void>
}

export const share = (times: readonly number[], overMs: number): number =>
  times.filter((ms) => ms > overMs).length / times.length

export function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)]!
}

async function signInAsNurse(page: Page, server: RunningServer): Promise<void> {
  const nurse = server.demo.users.find((user) => user.role === 'nurse')!
  await page.goto(`${server.runtime.url}/ward`)
  await page.getByLabel('Email').waitFor() // a locator outlives the redirects that bring it
  await page.getByLabel('Email').fill(nurse.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(nurse.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/ward')
}

/**
 * The share of the processors that others use, over two seconds in which we do nothing. Where it is large, what is timed
 * says nothing of the product.
 */
export async function othersShare(): Promise<number> {
  const read = () => cpus().map(({ times }) => times)
  const before = read()
  await new Promise((done) => setTimeout(done, 2_000))
  let idle = 0
  let all = 0
  read().forEach((times, i) => {
    for (const kind of ['user', 'nice', 'sys', 'idle', 'irq'] as const) {
      const spent = times[kind] - before[i]![kind]
      all += spent
      if (kind === 'idle') idle += spent
    }
  })
  return 1 - idle / all
}

/** Signed in through the real sign-in, on a wall screen, when every simulated bed shows a number and its waveforms. */
export async function openRealBoard(server: RunningServer): Promise<RealBoard> {
  const browser: Browser = await chromium.launch({ executablePath: chromiumPath!, args: launchArguments })
  const page = await browser.newPage({ viewport: { width: 1_920, height: 1_080 } })
  await page.addInitScript(() => localStorage.setItem('vitalwire.preferences', '{"language":"en"}'))
  await signInAsNurse(page, server)
  await page.waitForFunction(
    () => document.querySelectorAll('.sweep-labels [data-state="sweeping"]').length >= 60,
    undefined,
    { timeout: 30_000 },
  )
  return {
    page,
    frameTimes: (seconds) => page.evaluate(recordFrames, seconds * 1_000),
    readingsToPixels: (count) => measureReadings(server, page, count),
    close: () => browser.close(),
  }
}

/** Runs in the page. */
function recordFrames(forMs: number): Promise<number[]> {
  return new Promise((done) => {
    const times: number[] = []
    let began: number | undefined
    let before = 0
    const frame = (atMs: number): void => {
      began ??= atMs
      if (atMs > began) times.push(atMs - before)
      before = atMs
      if (atMs - began < forMs) requestAnimationFrame(frame)
      else done(times)
    }
    requestAnimationFrame(frame)
  })
}

type Seen = readonly [text: string, atMs: number]

/** Runs in the page: from now on, each new text of the patient's first number with when a frame had painted it. */
function watchNumeral(patient: string): void {
  const seen: [string, number][] = []
  Object.assign(globalThis, { seenOnTile: seen })
  let shown = ''
  const look = (): void => {
    const text = document.querySelector(`[data-patient="${patient}"] .numeric-value`)?.textContent ?? ''
    if (text === shown) return
    shown = text
    // The changed text is painted at the end of this frame or the next; when the one after begins, it was.
    requestAnimationFrame(() => seen.push([text, Date.now()]))
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
}

const lowest = 60
const values = 40
const pauseMs = 120

/**
 * Publishes on a timetable of its own, whether or not the one before was seen, so that a stall is felt by every reading
 * it delays. Page and publisher share the machine's clock.
 */
async function measureReadings(server: RunningServer, page: Page, count: number): Promise<readonly number[]> {
  const device = server.freeDevice(1)
  await page.evaluate(watchNumeral, device.patient)
  const client = await server.mqtt(device)
  const sentAtMs: number[] = []
  const acknowledged: Promise<unknown>[] = []
  const began = performance.now()
  for (let i = 0; i < count; i++) {
    // Not in step with frames, flushes or the simulator's half second.
    await until(began + i * pauseMs + Math.random() * pauseMs * 0.5)
    sentAtMs.push(Date.now())
    const value = lowest + (i % values)
    acknowledged.push(
      client.publishAsync(
        `vitalwire/${device.id}/telemetry`,
        JSON.stringify([{ n: 'heart-rate', u: 'beat/min', v: value, t: Date.now() / 1_000 }]),
        { qos: 1 },
      ),
    )
  }
  await Promise.all(acknowledged)
  const last = String(lowest + ((count - 1) % values))
  await page.waitForFunction(
    ([text]) => (globalThis as unknown as { seenOnTile: Seen[] }).seenOnTile.at(-1)?.[0] === text,
    [last],
    { timeout: 15_000 },
  )
  const seen = await page.evaluate(() => (globalThis as unknown as { seenOnTile: Seen[] }).seenOnTile)
  await client.endAsync()
  return delays(sentAtMs, seen)
}

const until = (atMs: number): Promise<void> =>
  new Promise((done) => setTimeout(done, Math.max(0, atMs - performance.now())))

/** Values repeat after `values` readings; what was seen is in order, so each sight is of the next reading of its value. */
function delays(sentAtMs: readonly number[], seen: readonly Seen[]): number[] {
  const found: number[] = []
  let next = 0
  for (const [text, atMs] of seen) {
    const value = Number(text)
    if (!(value >= lowest && value < lowest + values)) continue
    const ahead = (((value - lowest - next) % values) + values) % values
    const reached = next + ahead
    if (reached >= sentAtMs.length || sentAtMs[reached]! > atMs) continue
    for (; next <= reached; next++) found.push(atMs - sentAtMs[next]!)
  }
  if (found.length !== sentAtMs.length)
    throw new Error(`${found.length} of ${sentAtMs.length} readings were seen on the board`)
  return found
}
