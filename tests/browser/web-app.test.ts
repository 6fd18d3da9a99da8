import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeViolations, type Bench, chromiumPath, signIn, skipReason, startBench } from './browser.ts'

// Chromium itself breaks off a navigation at times (ERR_ABORTED): once more, then it is ours.
describe.skipIf(!chromiumPath)(`the web app in Chromium (skipped where: ${skipReason})`, { retry: 1 }, () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench()
  })
  afterEach(async () => {
    await bench.reset()
  })
  afterAll(async () => {
    await bench.close()
  })

  const pages = [
    '/ward',
    '/patients',
    '/patients/demo-01',
    '/alarms',
    '/devices',
    '/devices/certificates',
    '/settings',
  ]

  describe.each(['dark', 'light'] as const)('in %s', (theme) => {
    it('has no accessibility violations on any page, and obeys its content security policy', async () => {
      const server = await bench.serve()
      const page = await bench.open({ preferences: { theme } })
      await signIn(page, server, '/ward')
      const found: Record<string, readonly string[]> = {}
      for (const path of pages) {
        await page.goto(server.url + path)
        await page.locator('main h1').first().waitFor({ state: 'attached' })
        await page.locator('[data-state="loading"], .tile-skeleton').first().waitFor({ state: 'detached' })
        found[path] = await axeViolations(page)
      }
      expect(found).toEqual(Object.fromEntries(pages.map((path) => [path, []])))
      expect(bench.complaints).toEqual([])
    })
  })

  it('shows everyone on one 1920 × 1080 screen, the worst first, without scrolling', async () => {
    const server = await bench.serve()
    const page = await bench.open({ viewport: { width: 1_920, height: 1_080 } })
    await signIn(page, server, '/ward')
    await page.locator('.tile').first().waitFor()
    expect(await page.locator('.tile').count()).toBe(39)
    expect(await page.locator('.tile-bed').first().textContent()).toBe('01')
    const overflow = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
    expect(overflow).toBeLessThanOrEqual(0)
  })

  it('draws waveforms that move', async () => {
    const server = await bench.serve()
    const page = await bench.open()
    await signIn(page, server, '/ward')
    const drawn = () =>
      page
        .locator('.sweep canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
    await page.waitForFunction(() => document.querySelector('.sweep-labels [data-state="sweeping"]') !== null)
    const before = await drawn()
    await expect.poll(drawn).not.toBe(before)
  })

  it('acknowledges by keyboard alone, and only the tile that was chosen', async () => {
    const server = await bench.serve()
    const page = await bench.open()
    await signIn(page, server, '/ward')
    await page.locator('.tile').first().waitFor()
    await page.keyboard.press('a')
    expect(server.ward.alarms.every((alarm) => !alarm.acknowledged)).toBe(true)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('a')
    await expect.poll(() => server.ward.alarms.filter((alarm) => alarm.acknowledged).length).toBe(1)
    expect(server.ward.alarms.find((alarm) => alarm.acknowledged)).toMatchObject({
      patient: 'demo-01',
      priority: 'high',
    })
  })

  it('says once that the connection is lost, and looks stale until it is back', async () => {
    const server = await bench.serve()
    const page = await bench.open()
    await signIn(page, server, '/ward')
    await page.locator('.numeric[data-freshness="live"]').first().waitFor()
    server.cut()
    await page.locator('.banner').waitFor()
    expect(await page.locator('.banner').count()).toBe(1)
    await expect.poll(() => page.locator('.numeric[data-freshness="live"]').count()).toBe(0)
    server.restore()
    await page.locator('.banner').waitFor({ state: 'detached' })
    await page.locator('.numeric[data-freshness="live"]').first().waitFor()
  })

  it.each(pages)('%s fits 320 px without sideways scroll', async (path) => {
    const server = await bench.serve()
    const page = await bench.open({ viewport: { width: 320, height: 640 } })
    await signIn(page, server, path)
    await page.locator('main h1').first().waitFor({ state: 'attached' })
    await page.locator('[data-state="loading"], .tile-skeleton').first().waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  })

  it('opens a row of the phone’s list', async () => {
    const server = await bench.serve()
    const page = await bench.open({ viewport: { width: 360, height: 740 } })
    await signIn(page, server, '/ward')
    await page.getByRole('button', { name: 'Show Osei, Ama' }).click({ position: { x: 150, y: 30 } })
    await page.locator('#tile-demo-01 .slow-line').waitFor()
  })

  it.each([
    [403, 'This is not yours to see'],
    [500, 'This could not be loaded'],
  ])('a board answered with %i says what to do', async (status, title) => {
    const server = await bench.serve()
    server.ward.faults.set('/api/board', status)
    const page = await bench.open()
    await signIn(page, server, '/ward')
    await page.getByRole('heading', { name: title }).waitFor()
  })

  it('tells a patient who asks for the ward that it is not theirs, and shows them their own data', async () => {
    const server = await bench.serve({ role: 'patient' })
    const page = await bench.open()
    await signIn(page, server, '/ward')
    await page.getByText('This is not yours to see').waitFor()
    await page.getByRole('link', { name: 'My data' }).click()
    await page.getByRole('heading', { name: 'Heart rate' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
  })

  it('answers a wrong password with one calm sentence', async () => {
    const server = await bench.serve()
    const page = await bench.open()
    await page.goto(`${server.url}/ward`)
    await page.getByLabel('Email').fill('rosa@example.org')
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Something of this is not right.').waitFor()
    expect(await axeViolations(page)).toEqual([])
  })

  it('mirrors for Arabic, but not its numbers and waveforms', async () => {
    const server = await bench.serve()
    const page = await bench.open({ preferences: { language: 'ar' } })
    await page.goto(`${server.url}/ward`)
    await page.locator('[name=email]').fill('rosa@example.org')
    await page.locator('[name=password]').fill('demo')
    await page.locator('button[type=submit]').click()
    await page.locator('.tile').first().waitFor()
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl')
    const direction = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).direction)
    expect(await direction('.sweep')).toBe('ltr')
    expect(await direction('.numeric')).toBe('ltr')
    expect(await direction('.tile-head')).toBe('rtl')
  })

  it('shows what a device sent that was not understood, as words and bytes', async () => {
    const server = await bench.serve({ role: 'biomed' })
    const page = await bench.open()
    await signIn(page, server, '/devices')
    await page.getByRole('button', { name: /not understood from Monitor 05/ }).click()
    await page.getByText('unit-not-convertible').waitFor()
    expect(await page.locator('.quarantine-entry pre').first().textContent()).toContain('0000  5b 7b')
    expect(await axeViolations(page)).toEqual([])
  })

  it('says what is stored and until when the disk lasts, and warns before less is kept', async () => {
    const server = await bench.serve({ role: 'admin' })
    for (const theme of ['dark', 'light'] as const) {
      const page = await bench.open({ preferences: { theme } })
      await signIn(page, server, '/operations/storage')
      await page.getByText('the disk is full in 1587 days').waitFor()
      await page.getByText('erased on request').waitFor()
      await page.getByText('Inquiry after a fall').waitFor()
      expect(await axeViolations(page)).toEqual([])
      await page.getByRole('button', { name: 'Change Waveforms' }).click()
      await page.getByLabel('Kept for').selectOption('7')
      await page.getByText('cannot be brought back').waitFor()
      expect(await axeViolations(page)).toEqual([])
      await page.getByRole('button', { name: 'Keep: 7 days' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.context().close()
    }
    expect(bench.complaints).toEqual([])
  })

  it('zooms trends, and shows the same data as a table', async () => {
    const server = await bench.serve()
    const page = await bench.open()
    await signIn(page, server, '/patients/demo-01')
    const over = page.locator('.u-over').first()
    await over.waitFor()
    const box = (await over.boundingBox())!
    await page.mouse.move(box.x + 100, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + 260, box.y + 40, { steps: 4 })
    await page.mouse.up()
    await page.getByRole('button', { name: 'Whole range' }).click()
    await page.keyboard.press('t')
    await page.getByRole('region', { name: 'Table' }).waitFor()
    expect(await page.locator('.trend-table tbody tr').count()).toBeGreaterThan(20)
  })
})
