/** Chromium against the built web app on the fake server. Skips, and says why, where there is no Chromium. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { type FakeServer, type FakeServerOptions, startFakeServer } from '../../web/testing/fake-server.ts'

const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
export const chromiumPath = places.find((path) => path !== undefined && existsSync(path))
export const skipReason = 'Chromium is missing: install it, or name it in CHROMIUM'

export const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Bench {
  readonly browser: Browser
  /** Where the web app was built to. */
  readonly folder: string
  serve(options?: Omit<FakeServerOptions, 'folder'>): Promise<FakeServer>
  /** A page whose console errors and policy violations are collected in `complaints`. */
  open(options?: BrowserContextOptions & { readonly preferences?: object }): Promise<Page>
  readonly complaints: string[]
  /** After each test: an open board goes on drawing, and costs the next one its time. */
  reset(): Promise<void>
  close(): Promise<void>
}

export async function startBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'vitalwire-web-'))
  const configFile = new URL('../../web/vite.config.ts', import.meta.url).pathname
  await build({ configFile, logLevel: 'error', build: { outDir: folder } })
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: launchArguments })
  const servers: FakeServer[] = []
  const complaints: string[] = []
  return {
    browser,
    folder,
    complaints,
    async serve(options = {}) {
      const server = await startFakeServer({ folder, ...options })
      servers.push(server)
      return server
    },
    async open({ preferences = {}, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      const page = await context.newPage()
      await page.addInitScript(
        (kept) => localStorage.setItem('vitalwire.preferences', kept),
        JSON.stringify({ language: 'en', ...preferences }),
      )
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' && /policy|Uncaught|React/i.test(message.text())) {
          complaints.push(message.text())
        }
      })
      return page
    },
    async reset() {
      for (const context of browser.contexts()) await context.close()
      for (const server of servers.splice(0)) await server.close()
      complaints.length = 0
    },
    async close() {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Through the sign-in page, as a person would. */
export async function signIn(page: Page, server: FakeServer, path: string): Promise<void> {
  await page.goto(server.url + path)
  await page.getByLabel('Email').waitFor() // a locator outlives the redirects that bring it
  await page.getByLabel('Email').fill('rosa@example.org')
  await page.getByRole('textbox', { name: 'Password' }).fill('demo')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`**${path}`, { waitUntil: 'commit' })
}

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds against WCAG 2.2 AA, as readable lines; empty is good. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  // As an extension would: a script of ours is no script of the page, so the page's policy does not bind it.
  await page.evaluate(await readFile(axeSource, 'utf8'))
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{
          violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[]
        }>
      }
    }
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    })
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 4)
        .map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
    )
  })
}
