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

  it('sets up an authenticator app, shows its recovery codes once, and turns it off', async () => {
    const server = await bench.serve()
    const page = await bench.open(phone)
    await signIn(page, server, '/settings')
    const section = page.getByRole('region', { name: 'Authenticator app' })
    await section.getByRole('button', { name: 'Set up' }).click()
    await section.getByRole('img', { name: /^QR code/ }).waitFor()
    await section.getByText('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await section.getByLabel('Code that the app shows').fill('654321')
    await page.keyboard.press('Enter')
    await section.getByText('That did not work: This is not the code.').waitFor()
    await section.getByLabel('Code that the app shows').fill('123456')
    await page.keyboard.press('Enter')
    await section.getByText('ABCD-EFGH-IJKL-MNOJ').waitFor()
    expect(await section.getByRole('listitem').count()).toBe(10)
    // Scrolled halfway, the top line lies over a field, which axe takes for a small one.
    await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded()
    expect(await axeViolations(page)).toEqual([])
    await section.getByRole('button', { name: 'I have kept them' }).click()
    await section.getByText(/Recovery codes left: 10/).waitFor()
    await section.getByRole('button', { name: 'Turn off' }).click()
    await section.getByRole('button', { name: 'Set up' }).waitFor()
    expect(bench.complaints).toEqual([])
  })

  it('asks for a code without saying which part was wrong', async () => {
    const server = await bench.serve()
    const page = await bench.open(phone)
    await page.goto(`${server.url}/settings`)
    await page.getByLabel('Email').fill('rosa@example.org')
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong')
    expect(await page.getByLabel('Code').count()).toBe(0)
    await page.keyboard.press('Enter')
    await page.getByText('Something of this is not right.').waitFor()
    await page.getByRole('textbox', { name: 'Password' }).fill('demo')
    await page.getByLabel('Code').fill('123456')
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.waitForURL('**/settings', { waitUntil: 'commit' })
    // This browser knows now that a code is used.
    await page.evaluate(() => sessionStorage.clear())
    await page.goto(`${server.url}/settings`)
    await page.getByLabel('Code').waitFor()
  })

  it('lets an administrator reset a sign-in after saying what that does', async () => {
    const server = await bench.serve({ role: 'admin' })
    const page = await bench.open()
    await signIn(page, server, '/people')
    await page.getByText('rosa@example.org · password and authenticator app').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Reset the sign-in of Rosa Lind' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/ends their sessions/).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Reset' }).click()
    await page.getByText('Rosa Lind now signs in by password alone.').waitFor()
    expect(bench.complaints).toEqual([])
  })
})
