/** Starts the server, tells its user where to look and how to sign in, and stops it cleanly. */
import { isoFromMicros } from '../kernel/time.ts'
import { systemClock } from '../platform/clock.ts'
import { saveCompiledCode } from '../platform/compiled-code.ts'
import type { Config } from '../platform/config.ts'
import { untilToldToStop } from '../platform/stop-signal.ts'
import { type App, compose } from './compose.ts'
import type { DemoCredentials } from './demo/credentials.ts'
import { noteHistorySent, openDemoHistory } from './demo/history.ts'
import { seedDemo } from './demo/seed.ts'
import { documentFor, type Simulation, startSimulation } from './demo/simulate.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Resolves when the first reading that arrives from now on can be seen. */
function firstReading(app: App): Promise<void> {
  return new Promise((done) => {
    const unsubscribe = app.telemetry.onStored({
      samples() {
        unsubscribe()
        done()
      },
    })
  })
}

/** Resolves when the hospital is there and its first live reading can be seen. */
async function startDemo(app: App, config: Config, began: (simulation: Simulation) => void): Promise<void> {
  const { home } = config
  const history = await openDemoHistory(home, app.clock)
  const credentials = await seedDemo({
    home,
    identity: app.identity,
    repository: app.repository,
    devices: app.devices,
    clock: app.clock,
    random: app.random,
    setSpo2Scale: async (patient, spo2Scale) => {
      const changed = await app.monitoring.changeMonitoring(
        { ...app.monitoring.monitoringOf(patient), spo2Scale },
        { actor: 'Practitioner/demo-physician', reason: 'Prescribed target saturation 88–92 %' },
      )
      if (!changed.ok) throw new Error(changed.problem.message)
    },
  })
  const reading = firstReading(app)
  const mqttUrl = config.mqttBrokerUrl ?? `mqtt://127.0.0.1:${app.mqttPort}`
  const today = isoFromMicros(app.clock.now()).slice(0, 10)
  const noted = () => app.log.info({}, 'the simulated devices have told what they remember')
  const notNoted = (error: Error) => app.log.warn({ error: error.message }, 'a told past was not noted')
  const sent = () => void (history && noteHistorySent(home, history).then(noted, notNoted))
  const { clock, log } = app
  began(
    startSimulation(documentFor(credentials, mqttUrl, today), {
      clock,
      log,
      history: history && { ...history, sent },
    }),
  )
  introduce(credentials, config, app.mqttPort)
  await reading
}

function introduce(credentials: DemoCredentials, config: Config, mqttPort: number): void {
  say('')
  say(
    'The demo hospital: 24 beds, 12 homes and 3 open beds. Its patients are invented, its devices simulated.',
  )
  say(`Sign in (all of it also in ${config.home}/demo.json):`)
  for (const { role, email, password } of credentials.users)
    say(`  ${role.padEnd(10)} ${email.padEnd(32)} ${password}`)
  const free = credentials.devices.find((device) => device.profile === 'vitalwire/senml')
  if (free && mqttPort > 0) {
    say('Send a reading of your own:')
    say(
      `  mosquitto_pub -p ${mqttPort} -q 1 -i ${free.id} -u ${free.mqtt.username} -P ${free.mqtt.password} -t vitalwire/${free.id}/telemetry -m '[{"n":"heart-rate","v":72}]'`,
    )
  }
  say('')
}

/** @returns the exit code */
export async function runServer(config: Config, version: string): Promise<number> {
  const stopped = untilToldToStop({ clock: systemClock })
  const app = await compose(config, version, (step) => say(`  ${step} …`))
  let simulation: Simulation | undefined
  try {
    if (config.demo) {
      say('  opening the demo hospital …')
      const started = startDemo(app, config, (begun) => {
        simulation = begun
      })
      await Promise.race([started, stopped]) // Ctrl-C need not wait for the first reading
    } else {
      const link = await app.identity.createFirstAdminLink()
      if (link) say(`\nThe first administrator is whoever opens this link, once:\n  ${link}\n`)
    }
    say(`vitalwire ready ${app.publicUrl}`)
    saveCompiledCode()
    await stopped
    say('stopping …')
  } finally {
    await simulation?.stop()
    await app.close()
  }
  return 0
}
