import type { Device, DeviceRegistry } from '../../../devices/index.ts'
import type { Problem } from '../../../kernel/problem.ts'
import type { Clock } from '../../../platform/clock.ts'
import { deliverSenml } from '../../delivery.ts'
import type { Ingest } from '../../model.ts'
import { gatewayProblem, quoted } from '../../problems.ts'
import { readOversized } from './oversized-publish.ts'
import { protocol, readTopic } from './topics.ts'

export interface PublishRouteDeps {
  readonly devices: DeviceRegistry
  readonly ingest: Ingest
  readonly clock: Clock
}

/** What becomes of a message that came by the broker library; answers whether it may go on to the device's own subscribers. */
export function createPublishRoute({ devices, ingest, clock }: PublishRouteDeps) {
  const refuse = (device: Device, payload: Uint8Array, problem: Problem, size?: number) =>
    ingest.quarantine(device.id, protocol, payload, problem, clock.now(), size)

  return async (device: Device, topic: string, payload: Uint8Array): Promise<boolean> => {
    const oversized = readOversized(topic)
    const target = readTopic(oversized?.topic ?? topic)
    devices.heard(device.id, clock.now())
    if (target?.device !== device.id) {
      const what = quoted(oversized?.topic ?? topic)
      await refuse(device, payload, gatewayProblem('topic-not-permitted', { what }), oversized?.payloadBytes)
      return false
    }
    if (oversized) {
      const problem = gatewayProblem('payload-too-large', { what: '1 MiB' })
      await refuse(device, payload, problem, oversized.payloadBytes)
      return false
    }
    if (target.kind === 'telemetry') await deliverSenml(ingest, device, protocol, payload, clock.now())
    return true
  }
}
