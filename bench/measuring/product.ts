/**
 * The whole product without its demo, a client that may read, and devices that may send: a process of its own, so that
 * what measures does not share its event loop. Says on standard output where it listens; ends with its standard input.
 *
 *   node bench/measuring/product.ts [devices, default 200] [URL of a database, default its own]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../../src/app/compose.ts'
import type { Micros } from '../../src/kernel/time.ts'
import { loadConfig } from '../../src/platform/config.ts'

const home = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
const [, , deviceCount = '200', databaseUrl] = process.argv
const settings = {
  VITALWIRE_HOME: home,
  PORT: '0',
  MQTT_PORT: '0',
  LOG_LEVEL: 'error',
  ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
}
const app = await compose(loadConfig(settings), 'bench', () => {})
const devices = []
for (let i = 0; i < Number(deviceCount); i++) {
  const id = `bench-${i}`
  await app.devices.register({ id, name: 'Bench', profile: 'vitalwire/senml' })
  await app.devices.associate(id, `bench-patient-${i}`, 0 as Micros)
  devices.push({ id, ...(await app.devices.issueCredential(id)) })
}
const client = await app.identity.createClient({ id: 'bench', scopes: ['system/*.rs'] })
process.stdout.write(`${JSON.stringify({ mqttPort: app.mqttPort, url: app.publicUrl, devices, client })}\n`)
process.stdin.resume().once('end', async () => {
  await app.close()
  await rm(home, { recursive: true, force: true })
  process.exit(0)
})
