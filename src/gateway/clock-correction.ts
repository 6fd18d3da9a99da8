import type { DeviceClocks } from '../devices/index.ts'
import type { Micros } from '../kernel/time.ts'
import type { DecodedReadings } from './model.ts'

/** The delivery with its device's times put right, where the device's clock is known to be wrong. */
export async function withRightTimes(
  clocks: Pick<DeviceClocks, 'received'>,
  device: string,
  decoded: DecodedReadings,
  receivedAt: Micros,
): Promise<DecodedReadings> {
  const offset = clocks.received({
    ...{ device, receivedAt, deviceTime: decoded.deviceTime },
    newestMeasuredAt: newestOf(decoded),
  })
  const offsetUs = typeof offset === 'number' ? offset : await offset
  if (offsetUs === 0) return decoded
  const right = (time: Micros, byReceipt: boolean | undefined) =>
    (byReceipt ? time : time - offsetUs) as Micros
  return {
    ...decoded,
    readings: decoded.readings.map((one) => ({ ...one, measuredAt: right(one.measuredAt, one.byReceipt) })),
    waveforms: decoded.waveforms.map((one) => ({ ...one, startAt: right(one.startAt, one.byReceipt) })),
  }
}

/** Of what the device's own clock gave; the last sample of a waveform is as new as a reading. */
function newestOf({ readings, waveforms }: DecodedReadings): number | undefined {
  let newest: number | undefined
  for (const { measuredAt, byReceipt } of readings) {
    if (!byReceipt && !(measuredAt <= (newest ?? Number.NEGATIVE_INFINITY))) newest = measuredAt
  }
  for (const { startAt, rateHz, samples, byReceipt } of waveforms) {
    const endAt = startAt + Math.round((samples.length / rateHz) * 1e6)
    if (!byReceipt && !(endAt <= (newest ?? Number.NEGATIVE_INFINITY))) newest = endAt
  }
  return newest
}
