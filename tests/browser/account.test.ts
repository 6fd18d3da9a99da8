import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeViolations, type Bench, chromiumPath, signIn, skipReason, startBench } from './browser.ts'

// Chromium itself breaks off a navigation at times (ERR_ABORTED): once more, then it is ours.
describe.skipIf(!chromiumPath)(`the account in Chromium (skipped where: ${skipReason})`, { retry: 1 }, () => {
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

  const phone = { viewport: { width: 390, height: 844 } }

  it.each([
    ['a desk', {}],
    ['a phone', phone],
  ])('shows where one is signed in and ends the rest, at the size of %s', async (_size, options) => {
    const server = await bench.serve()
    const page = await bench.open(options)
    await signIn(page, server, '/settings')
    await page.getByText('This one').waitFor()
    const entry = page.getByRole('listitem').filter({ hasText: 'Safari on iPhone' })
    expect(await entry.innerText()).toMatch(/from 10\.2\.7\.3, last used 1 h ago/)
    expect(await axeViolations(page)).toEqual([])
    const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth
    expect(await page.evaluate(overflow)).toBe(0)

    await page.getByRole('button', { name: 'End the access of Growth chart' }).click()
    await page.getByText('Apps that may act for you').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^End the session of Safari on iPhone/ }).focus()
    await page.keyboard.press('Enter')
    await entry.waitFor({ state: 'detached' })
    expect(server.ward.account.sessions.map(({ id }) => id)).toEqual(['here'])
    expect(await page.getByRole('button', { name: 'End all others' }).count()).toBe(0)
    expect(bench.complaints).toEqual([])
  })

  it('says in words why a session could not be ended', async () => {
    const server = await bench.serve()
    const page = await bench.open()
    await signIn(page, server, '/settings')
    await page.getByRole('button', { name: 'End all others' }).waitFor()
    server.ward.faults.set('/api/account/sessions', 500)
    await page.getByRole('button', { name: 'End all others' }).click()
    await page.getByText('That did not work: Made to fail.').waitFor()
  })

  it('asks who acts before a dangerous act, and then does it by itself', async () => {
    const server = await bench.serve()
    const page = await bench.open()
    await signIn(page, server, '/settings')
    server.ward.account.proofNeeded = true
    const endOthers = page.getByRole('button', { name: 'End all others' })
    await endOthers.click()
    const dialog = page.getByRole('dialog', { name: 'Is it you?' })
    await dialog.waitFor()
    expect(await axeViolations(page)).toEqual([])

    // Leaving it does nothing and says so.
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('That did not work: Is it you?').waitFor()

    await endOthers.click()
    await dialog.waitFor()
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await dialog.getByText('That is not right.').waitFor()
    await dialog.getByRole('textbox', { name: 'Password' }).fill('demo')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await endOthers.waitFor({ state: 'detached' })
    expect(server.ward.account.sessions.map(({ id }) => id)).toEqual(['here'])
    expect(bench.complaints).toEqual([])
  })
})
