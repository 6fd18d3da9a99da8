import type { Device } from '../devices/index.ts'
import type { Micros } from '../kernel/time.ts'
import { decodeSenml } from './codecs/senml/decode.ts'
import type { Ingest, IngestOutcome } from './model.ts'

/**
 * One SenML payload of a known device, from bytes to durable. A payload of which nothing could be decoded is quarantined
 * whole; that too is durable when this resolves. `undecodable` says which of the two it was.
 * @throws ProblemError `storage-down`: nothing may be acknowledged.
 */
export async function deliverSenml(
  ingest: Ingest,
  device: Device,
  protocol: string,
  payload: Uint8Array,
  receivedAt: Micros,
): Promise<IngestOutcome & { readonly undecodable: boolean }> {
  const accepted = ingest.take(device, protocol, payload, receivedAt)
  if (accepted !== undefined) {
    await new Promise<void>((resolve, reject) => {
      ingest.whenStored((failure) => (failure ? reject(failure) : resolve()))
    })
    return { accepted, quarantined: 0, problems: [], undecodable: false }
  }
  return deliverDecoded(ingest, device, protocol, payload, receivedAt)
}

/** As `deliverSenml`, for a pack that is known not to be plain. */
export async function deliverDecoded(
  ingest: Ingest,
  device: Device,
  protocol: string,
  payload: Uint8Array,
  receivedAt: Micros,
): Promise<IngestOutcome & { readonly undecodable: boolean }> {
  const decoded = decodeSenml(payload, receivedAt)
  if (!decoded.ok) {
    await ingest.quarantine(device.id, protocol, payload, decoded.problem, receivedAt)
    return { accepted: 0, quarantined: 1, problems: [decoded.problem], undecodable: true }
  }
  const outcome = await ingest.deliver(device, protocol, payload, decoded.value, receivedAt)
  return { ...outcome, undecodable: false }
}
