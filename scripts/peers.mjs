/** The programs that tests talk to from outside: a browser, an MQTT broker and client, DICOM tools. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './bootstrap.mjs'
import { step } from './progress.mjs'

const peers = [
  {
    package: 'chromium',
    brew: '--cask chromium',
    programs: ['chromium', 'chromium-browser', 'google-chrome'],
  },
  { package: 'mosquitto', brew: 'mosquitto', programs: ['mosquitto'] },
  { package: 'mosquitto-clients', brew: 'mosquitto', programs: ['mosquitto_pub'] },
  { package: 'dcmtk', brew: 'dcmtk', programs: ['storescu'] },
]

const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
]

function isThere(program) {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const missingPeers = () => peers.filter((peer) => !peer.programs.some(isThere))

const isDebian = () =>
  existsSync('/etc/os-release') &&
  /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))

/**
 * As root on Debian they are installed; elsewhere the person is told what to install.
 * @throws Error that names the packages and the command
 */
export async function ensurePeers() {
  const missing = missingPeers()
  if (missing.length === 0) return
  const names = missing.map((peer) => peer.package)
  if (isDebian() && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const apt = (...args) => run('apt-get', ['-q', '-o', 'Dpkg::Use-Pty=0', ...args], { env })
    await step(`installing ${names.join(', ')}`, {}, async () => {
      await apt('update')
      await apt('install', '-y', '--no-install-recommends', ...names)
    })
    // Debian starts a broker on port 1883 with its package; tests start their own, and `npm start` wants the port.
    if (names.includes('mosquitto') && existsSync('/run/systemd/system')) {
      await run('systemctl', ['disable', '--now', 'mosquitto'])
    }
    const still = missingPeers()
    if (still.length === 0) return
    throw new Error(
      `installed, and yet not found: ${still.map((peer) => peer.programs.join(' or ')).join(', ')}`,
    )
  }
  const command =
    process.platform === 'darwin'
      ? `brew install ${[...new Set(missing.map((peer) => peer.brew))].join(' ')}`
      : `sudo apt-get install ${names.join(' ')}`
  throw new Error(
    `The tests need programs that are missing here: ${names.join(', ')}.\nInstall them with\n  ${command}`,
  )
}
