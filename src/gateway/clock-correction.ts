import { beginOf, type DeviceClocks } from '../devices/index.ts'
import type { Micros } from '../kernel/time.ts'
import type { DecodedReadings } from './model.ts'

/**
 * The delivery with its device's times put right, where the device's clock is known to be wrong, and when it counts as
 * received: up to a tenth of a second later where its own epoch could not begin before.
 */
export async function withRightTimes(
  clocks: Pick<DeviceClocks, 'nextEpoch' | 'received'>,
  device: string,
  decoded: DecodedReadings,
  receivedAt: Micros,
): Promise<{ readonly decoded: DecodedReadings; readonly receivedAt: Micros }> {
  const offset = clocks.received({
    ...{ device, receivedAt, deviceTime: decoded.deviceTime },
    newestMeasuredAt: newestOf(decoded),
  })
  const inForce = typeof offset === 'number' ? offset : await offset
  const next = clocks.nextEpoch(device, receivedAt)
  const offsetUs = next?.offsetUs ?? inForce
  const countsFrom = next ? beginOf(next) : receivedAt
  if (offsetUs === 0) return { decoded, receivedAt: countsFrom }
  const right = (time: Micros, byReceipt: boolean | undefined) =>
    (byReceipt ? time : time - offsetUs) as Micros
  const readings = decoded.readings.map((one) => ({
    ...one,
    measuredAt: right(one.measuredAt, one.byReceipt),
  }))
  const waveforms = decoded.waveforms.map((one) => ({ ...one, startAt: right(one.startAt, one.byReceipt) }))
  return { decoded: { ...decoded, readings, waveforms }, receivedAt: countsFrom }
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
