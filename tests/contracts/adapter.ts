import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestGateway, testGateway } from '../gateway.ts'

/** A device as an adapter's own protocol sees it. */
export interface AdapterPeer {
  /** Sends one payload. True: it was acknowledged; false: it was not, or the connection went. */
  send(payload: Uint8Array): Promise<boolean>
  /** Sends what `send` would, cut into pieces of the given size. */
  sendInPieces(payload: Uint8Array, pieceBytes: number): Promise<boolean>
  close(): Promise<void>
}

export interface RunningAdapter {
  connect(credential: { username: string; password: string }): Promise<AdapterPeer>
  stop(): Promise<void>
}

const pack = (records: readonly object[]) => Buffer.from(JSON.stringify(records))

/** What every adapter promises, whatever its protocol. */
export function adapterContract(
  name: string,
  start: (gateway: TestGateway) => Promise<RunningAdapter>,
): void {
  describe(`${name} keeps the contract of an adapter`, () => {
    let gateway: TestGateway
    let adapter: RunningAdapter
    let serial = 0
    beforeAll(async () => {
      gateway = await testGateway()
      adapter = await start(gateway)
    })
    afterAll(async () => {
      await adapter.stop()
      await gateway.close()
    })

    async function peer() {
      const id = `d${++serial}`
      const credential = await gateway.device(id, 'vitalwire/senml', `p${serial}`)
      const connection = await adapter.connect(credential)
      const stored = () => gateway.telemetry.readings.filter((reading) => reading.device === id)
      const refusedCodes = async () =>
        (await gateway.quarantine.list({ device: id, limit: 100 })).map((entry) => entry.code)
      return { id, patient: `p${serial}`, credential, connection, stored, refusedCodes }
    }

    it('stores a reading for the patient the device is on', async () => {
      const { patient, connection, stored } = await peer()
      expect(await connection.send(pack([{ n: 'heart-rate', v: 72 }]))).toBe(true)
      expect(stored()).toMatchObject([{ patient, metric: 'heart-rate', value: 72 }])
      await connection.close()
    })

    it.each([1, 2, 3, 7, 64])('reads the same from pieces of %i bytes', async (pieceBytes) => {
      const { connection, stored } = await peer()
      const payload = pack([
        { bt: 1_767_225_600, n: 'heart-rate', v: 72 },
        { n: 'spo2', v: 97 },
      ])
      expect(await connection.sendInPieces(payload, pieceBytes)).toBe(true)
      expect(stored().map(({ metric, value }) => [metric, value])).toEqual([
        ['heart-rate', 72],
        ['spo2', 97],
      ])
      await connection.close()
    })

    it('quarantines garbage with its bytes, and the next good frame survives', async () => {
      const { id, connection, stored } = await peer()
      await connection.send(Buffer.from('{"heart rate": '))
      await connection.send(Buffer.from([0x9f, 0xff, 0xff, 0x00]))
      expect(await connection.send(pack([{ n: 'heart-rate', v: 73 }]))).toBe(true)
      expect(stored()).toMatchObject([{ value: 73 }])
      const entries = await gateway.quarantine.list({ device: id, limit: 10 })
      expect(entries.map((entry) => entry.code)).toEqual(['payload-not-cbor', 'payload-not-json'])
      expect(Buffer.from(entries[1]!.bytes, 'base64').toString()).toBe('{"heart rate": ')
      await connection.close()
    })

    it('stores the good records of a pack and quarantines the bad ones', async () => {
      const { connection, stored, refusedCodes } = await peer()
      const records = [
        { n: 'heart-rate', v: 900 },
        { n: 'spo2', v: 97 },
        { n: 'mood', v: 1 },
      ]
      expect(await connection.send(pack(records))).toBe(true)
      expect(stored()).toMatchObject([{ metric: 'spo2' }])
      expect((await refusedCodes()).sort()).toEqual(['metric-unknown', 'value-implausible'])
      await connection.close()
    })

    it('acknowledges only what is durable', async () => {
      const { connection, stored } = await peer()
      gateway.telemetry.hold()
      let acknowledged: boolean | undefined
      const sent = connection.send(pack([{ n: 'heart-rate', v: 74 }])).then((ack) => {
        acknowledged = ack
      })
      // A whole exchange of another device passes meanwhile: time enough for a premature acknowledgement.
      const other = await peer()
      await other.connection.close()
      expect(acknowledged).toBeUndefined()
      expect(stored()).toEqual([])
      gateway.telemetry.release()
      await sent
      expect(acknowledged).toBe(true)
      expect(stored()).toMatchObject([{ value: 74 }])
      await connection.close()
    })

    it('does not acknowledge what storage refused, and stores it when it is sent again', async () => {
      const { credential, connection, stored } = await peer()
      const payload = pack([{ n: 'heart-rate', v: 75, t: 1_767_225_600 }])
      gateway.telemetry.failing = true
      expect(await connection.send(payload)).toBe(false)
      gateway.telemetry.failing = false
      await connection.close()
      const again = await adapter.connect(credential)
      expect(await again.send(payload)).toBe(true)
      expect(stored()).toMatchObject([{ value: 75 }])
      await again.close()
    })

    it('takes the same reading twice and keeps it once', async () => {
      const { connection, stored } = await peer()
      const payload = pack([{ n: 'heart-rate', v: 76, t: 1_767_225_600 }])
      expect(await connection.send(payload)).toBe(true)
      expect(await connection.send(payload)).toBe(true)
      expect(stored()).toHaveLength(1)
      await connection.close()
    })

    it('takes devices up again after a restart', async () => {
      const { credential, connection, stored } = await peer()
      expect(await connection.send(pack([{ n: 'heart-rate', v: 77 }]))).toBe(true)
      await connection.close()
      await adapter.stop()
      adapter = await start(gateway)
      const again = await adapter.connect(credential)
      expect(await again.send(pack([{ n: 'heart-rate', v: 78 }]))).toBe(true)
      expect(stored().map((reading) => reading.value)).toEqual([77, 78])
      await again.close()
    })

    it('lets nobody in with a wrong secret', async () => {
      const { credential, connection } = await peer()
      await connection.close()
      await expect(
        adapter
          .connect({ ...credential, password: 'wrong' })
          .then((p) => p.send(pack([{ n: 'spo2', v: 97 }]))),
      ).rejects.toThrow()
    })
  })
}
