/**
 * The whole product without its demo, and two hundred devices that may send: a process of its own, so that what measures
 * does not share its event loop. Says on standard output where it listens; ends with its standard input.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../../src/app/compose.ts'
import type { Micros } from '../../src/kernel/time.ts'
import { loadConfig } from '../../src/platform/config.ts'

const home = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
const settings = { VITALWIRE_HOME: home, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'error' }
const app = await compose(loadConfig(settings), 'bench', () => {})
const devices = []
for (let i = 0; i < 200; i++) {
  const id = `bench-${i}`
  await app.devices.register({ id, name: 'Bench', profile: 'vitalwire/senml' })
  await app.devices.associate(id, `bench-patient-${i}`, 0 as Micros)
  devices.push({ id, ...(await app.devices.issueCredential(id)) })
}
process.stdout.write(`${JSON.stringify({ mqttPort: app.mqttPort, url: app.publicUrl, devices })}\n`)
process.stdin.resume().once('end', async () => {
  await app.close()
  await rm(home, { recursive: true, force: true })
  process.exit(0)
})
