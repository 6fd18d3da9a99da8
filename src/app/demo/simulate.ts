/** Runs the simulator as what it is: another process, which speaks to the gateway over its socket. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { demoCast, historySentLine, type SimulatorDocument, simulatorProgram } from '../../simulator/index.ts'
import type { DemoCredentials } from './credentials.ts'
import type { DemoHistory } from './history.ts'
import { demoSeed } from './seed.ts'

const program = fileURLToPath(simulatorProgram)
/** Its garbage is small and short-lived; a small nursery keeps the process small. */
const nodeFlags = ['--max-semi-space-size=2']
const restartDelayMs = 2_000
const patienceMs = 3_000

export interface Simulation {
  stop(): Promise<void>
}

export function documentFor(credentials: DemoCredentials, mqttUrl: string, today: string): SimulatorDocument {
  const byPatient = new Map(credentials.devices.map((device) => [device.patient, device]))
  return {
    mqttUrl,
    seed: demoSeed,
    patients: demoCast(demoSeed, today).flatMap((member) => {
      const device = byPatient.get(member.id)
      if (!device) return []
      return [
        {
          id: member.id,
          course: member.course,
          ageYears: member.ageYears,
          sex: member.sex,
          weightKg: member.weightKg,
          startOffsetMinutes: member.startOffsetMinutes,
          device: { id: device.id, profile: device.profile, ...device.mqtt },
          faults: [...member.faults],
        },
      ]
    }),
  }
}

export interface SimulationDeps {
  readonly clock: Clock
  readonly log: Log
  /** What the devices remember from before they were connected; `sent` is called when they have told it. */
  readonly history?: (DemoHistory & { sent(): void }) | undefined
}

/** Started again where it ends by itself: a ward without signals would be a false picture of the product. */
export function startSimulation(
  document: SimulatorDocument,
  { clock, log, history }: SimulationDeps,
): Simulation {
  let stopping = false
  let untold = history
  let cancelRestart: (() => void) | undefined
  let child = launch()
  function launch() {
    const started = spawn(process.execPath, [...nodeFlags, program], { stdio: ['pipe', 'pipe', 'inherit'] })
    started.stdin.on('error', () => {}) // it ended before it read; its exit is handled below
    const past = untold && { historyHours: untold.hours, historyUntilS: untold.untilS }
    started.stdin.write(`${JSON.stringify({ ...document, ...past })}\n`)
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (line !== historySentLine) return
      untold?.sent()
      untold = undefined
    })
    started.once('exit', (code) => {
      if (stopping) return
      log.warn({ code }, 'the simulator ended by itself and is started again')
      cancelRestart = clock.after(restartDelayMs, () => {
        child = launch()
      })
    })
    return started
  }
  return {
    async stop() {
      stopping = true
      cancelRestart?.()
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise<void>((done) => child.once('exit', () => done()))
      child.kill('SIGTERM')
      const cancel = clock.after(patienceMs, () => child.kill('SIGKILL'))
      await ended
      cancel()
    },
  }
}
