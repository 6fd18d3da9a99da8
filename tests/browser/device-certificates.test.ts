import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeViolations, type Bench, chromiumPath, signIn, skipReason, startBench } from './browser.ts'

describe.skipIf(!chromiumPath)(
  `devices’ certificates in Chromium (skipped where: ${skipReason})`,
  { retry: 1 },
  () => {
    let bench: Bench
    beforeAll(async () => {
      bench = await startBench()
    })
    afterEach(() => bench.reset())
    afterAll(() => bench.close())

    it.each([
      ['dark', 1_440],
      ['light', 390],
    ] as const)(
      'say what needs a hand, and give a code by keyboard alone, in %s at %i px',
      async (theme, width) => {
        const server = await bench.serve({ role: 'biomed' })
        const page = await bench.open({ viewport: { width, height: 844 }, preferences: { theme } })
        await signIn(page, server, '/devices/certificates')
        await page.getByText('2 devices end soon or have ended').waitFor()
        expect(await page.locator('.cert-list tbody tr').count()).toBe(2)
        expect(await page.locator('.cert-list tbody tr').first().textContent()).toContain('Ended3 days ago')
        expect(await axeViolations(page)).toEqual([])
        await page.getByRole('button', { name: 'Manage Bedside monitor 02' }).focus()
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: 'Make a one-time code' }).focus()
        await page.keyboard.press('Enter')
        await page.getByText('K7QX-02MB-9TZE-4HWR', { exact: true }).waitFor()
        await page.getByRole('button', { name: /^Revoke/ }).click()
        await page.getByLabel('Why').selectOption('superseded')
        expect(await axeViolations(page)).toEqual([])
        await page.keyboard.press('Escape')
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
        expect(bench.complaints).toEqual([])
      },
    )

    it('are only looked at by who may not manage devices', async () => {
      const server = await bench.serve({ role: 'nurse' })
      const page = await bench.open()
      await signIn(page, server, '/devices/certificates?device=monitor-02')
      await page.getByRole('dialog').getByText('Ends soon').waitFor()
      expect(await page.getByRole('button', { name: /code|Revoke|Rotate/ }).count()).toBe(0)
    })
  },
)
