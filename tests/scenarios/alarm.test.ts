import type { MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { AlarmView } from '../../src/monitoring/contract.ts'
import { eventually, type RunningServer, startServer } from './server.ts'

describe('a patient who desaturates', () => {
  let server: RunningServer
  let client: MqttClient
  beforeAll(async () => {
    server = await startServer()
    client = await server.mqtt(device())
  }, 120_000)
  afterAll(async () => {
    await client?.endAsync(true)
    await server?.remove()
  })

  const device = () => server.freeDevice(2)
  const alarms = (more = '') => server.get<AlarmView[]>(`/alarms?patient=${device().patient}${more}`)
  const spo2 = (list: readonly AlarmView[]) =>
    list.filter((alarm) => alarm.metric === 'spo2' && alarm.kind === 'physiological')
  const send = (value: number) =>
    client.publishAsync(`vitalwire/${device().id}/telemetry`, JSON.stringify([{ n: 'spo2', v: value }]), {
      qos: 1,
    })
  const second = () => new Promise((done) => setTimeout(done, 1_000))

  it('raises an alarm after its delay and not before, on the list and on /live', async () => {
    const live = new WebSocket(`${server.runtime.url.replace('http', 'ws')}/live`, {
      headers: { authorization: `Bearer ${await server.token()}` },
    })
    const seen: string[] = []
    live.on('message', (data, binary) => {
      if (binary) return
      const message = JSON.parse(String(data)) as {
        type: string
        alarm?: { id: string; patient: string; metric: string }
      }
      if (message.type === 'alarm' && message.alarm?.patient === device().patient) seen.push(message.alarm.id)
    })
    await new Promise((done) => live.once('open', done))
    for (let i = 0; i < 5; i++) {
      await send(97)
      await second()
    }
    await send(82)
    const fellAt = Date.now()
    for (let i = 0; i < 3; i++) {
      await second()
      await send(82)
    }
    expect(spo2(await alarms()), 'before the delay').toEqual([])
    for (let i = 0; i < 16; i++) {
      await second()
      await send(82)
    }
    const raised = spo2(await alarms())
    expect(raised.length).toBeGreaterThanOrEqual(1)
    expect(raised[0]).toMatchObject({ state: 'active', acknowledged: false })
    expect(Date.parse(raised[0]!.raisedAt) - fellAt).toBeGreaterThanOrEqual(4_500)
    expect(seen).toContain(raised[0]!.id)
    live.close()
  }, 60_000)

  it('still has it after kill -9, and stays acknowledged after another', async () => {
    const before = spo2(await alarms())[0]!
    await server.kill()
    server = await server.again()
    client = await server.mqtt(device())
    const after = spo2(await alarms()).find((alarm) => alarm.id === before.id)
    expect(after).toMatchObject({ state: 'active', raisedAt: before.raisedAt, priority: before.priority })
    const answer = await fetch(`${server.runtime.url}/alarms/${before.id}/acknowledge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await server.token()}` },
    })
    expect(answer.status, await answer.text()).toBe(200)
    await server.kill()
    server = await server.again()
    client = await server.mqtt(device())
    expect(spo2(await alarms()).find((alarm) => alarm.id === before.id)).toMatchObject({
      acknowledged: true,
      state: 'active',
    })
  }, 120_000)

  it('clears when the patient recovers', async () => {
    for (let i = 0; i < 12; i++) {
      await send(97)
      await second()
    }
    await eventually(
      () => alarms(),
      (list) => spo2(list).every((alarm) => alarm.state === 'cleared'),
      10_000,
    )
  }, 60_000)

  it('raises a technical alarm when the device is unplugged', async () => {
    client.stream.destroy()
    const list = await eventually(
      () => alarms(),
      (now) => now.some((alarm) => alarm.kind === 'technical' && alarm.state === 'active'),
      40_000,
    )
    expect(list.find((alarm) => alarm.kind === 'technical')?.text).toBeTruthy()
  }, 60_000)
})
