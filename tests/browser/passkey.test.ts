import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/platform/clock.ts'
import { type IdentityServer, identityServer } from '../identity-server.ts'
import { axeViolations, type Bench, chromiumPath, skipReason, startBench } from './browser.ts'

// Stands where the library's own clock stands, and moves only when told to.
const clock = new FakeClock(Date.now() * 1_000)
const boss = { email: 'boss@example.org', password: 'a long enough password' }

/** A device that verifies its owner, in Chromium's own virtual form. */
async function addAuthenticator(page: Page): Promise<(verified: boolean) => Promise<void>> {
  const chromium = await page.context().newCDPSession(page)
  await chromium.send('WebAuthn.enable')
  const { authenticatorId } = await chromium.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return async (isUserVerified) => {
    await chromium.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
  }
}

describe.skipIf(!chromiumPath)(`a passkey in Chromium (skipped where: ${skipReason})`, { retry: 1 }, () => {
  let bench: Bench
  let server: IdentityServer
  beforeAll(async () => {
    bench = await startBench()
    server = await identityServer({ clock, webFolder: bench.folder })
    await server.identity.createPerson({ ...boss, name: 'Bo Boss', roles: ['admin'], id: 'bo' })
  })
  afterEach(async () => {
    await server.identity.passkeys.removeAll('bo', 'bo')
    await bench.reset()
  })
  afterAll(async () => {
    await server.stop()
    await bench.close()
  })

  const byPassword = async (page: Page, origin: string) => {
    await page.goto(`${origin}/settings`)
    await page.getByLabel('Email').waitFor()
    await page.getByLabel('Email').fill(boss.email)
    await page.getByRole('textbox', { name: 'Password' }).fill(boss.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL('**/settings', { waitUntil: 'commit' })
  }

  it('is added, signs in without a password, proves who acts, is renamed and removed', async () => {
    const origin = server.url.replace('127.0.0.1', 'localhost')
    const page = await bench.open()
    const setVerified = await addAuthenticator(page)
    await byPassword(page, origin)
    const section = page.getByRole('region', { name: 'Passkeys' })
    await section.getByRole('button', { name: 'Add a passkey' }).click()
    await section.getByLabel('Name of this passkey').fill('Ward laptop')
    await page.keyboard.press('Enter')
    await section.getByText('Ward laptop').waitFor()
    expect(await axeViolations(page)).toEqual([])

    await page.evaluate(() => sessionStorage.clear())
    await page.context().clearCookies()
    await page.goto(`${origin}/settings`)
    const byPasskey = page.getByRole('button', { name: 'Sign in with a passkey' })
    await byPasskey.waitFor()
    expect(await axeViolations(page)).toEqual([])
    await setVerified(false)
    await byPasskey.click()
    await page.getByText('The device did not go on.').waitFor()
    await setVerified(true)
    await byPasskey.click()
    await page.waitForURL('**/settings', { waitUntil: 'commit' })
    await section.getByText(/last used/).waitFor()

    await section.getByRole('button', { name: 'Rename Ward laptop' }).click()
    await section.getByLabel('Name of this passkey').fill('Desk')
    await page.keyboard.press('Enter')
    await section.getByText('Desk').waitFor()

    clock.advanceMs(301_000)
    await section.getByRole('button', { name: 'Remove Desk' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Use a passkey' }).click()
    await section.getByText('Desk').waitFor({ state: 'detached' })
    expect((await server.identity.passkeys.view('bo')).passkeys).toEqual([])
    expect(bench.complaints).toEqual([])
  })

  it('is told where it works, under an address where it does not', async () => {
    const page = await bench.open()
    await page.goto(`${server.url}/settings`)
    await page.getByLabel('Email').waitFor()
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0)
    await byPassword(page, server.url)
    await page.getByText(/^Passkeys work here only under http:\/\/localhost:/).waitFor()
    expect(await page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0)
  })
})
