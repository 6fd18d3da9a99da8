import type { Problem } from '../kernel/problem.ts'

/**
 * Every reason for which the gateway refuses something, once: the code, the status at HTTP, and the words. `{}` stands
 * for what the caller names, cut and cleaned: it came from outside.
 */
const table = {
  // The pack as a whole
  'payload-too-large': [413, 'The payload is larger than {}. Send fewer records in one message.'],
  'payload-empty': [400, 'The payload is empty. Send a SenML pack: an array of records.'],
  'payload-not-json': [400, 'The payload is not valid JSON: {}.'],
  'payload-not-cbor': [400, 'The payload is not valid CBOR: {}.'],
  'payload-not-senml': [400, 'A SenML pack is an array of records (RFC 8428); this is {}.'],
  'payload-too-many-records': [413, 'The pack has more than {} records. Send it in pieces.'],
  // One record
  'record-not-object': [422, 'A SenML record is an object with fields; this is {}.'],
  'field-not-understood': [
    422,
    'The field {} ends in an underscore and so must be understood, and is not. Leave it out.',
  ],
  'field-wrong-type': [422, 'The field {}.'],
  'base-unreadable': [
    422,
    'An earlier record of this pack had the unreadable base field {}, so what it means here is not known. Send the pack again with it put right.',
  ],
  'version-not-supported': [422, 'SenML version {} is not known here; version 10 (RFC 8428) is.'],
  'name-missing': [422, 'The record names no metric. Set n, or bn, to one of the catalogue.'],
  'name-invalid': [
    422,
    'The name {} has characters that RFC 8428 does not allow in a name, or is longer than 128.',
  ],
  'value-missing': [
    422,
    'The record has no value. Set v, vs, vb or vd; for a sensor that could not measure, set quality_ to 8.',
  ],
  'value-not-finite': [422, 'The value is not a finite number.'],
  'value-not-coded': [422, '{} is none of the words of this metric.'],
  'value-not-numeric': [422, 'This metric is a number, and was sent as {}. Send it as v.'],
  'waveform-unreadable': [422, 'The waveform is not readable: {}.'],
  // Meaning
  'metric-unknown': [
    422,
    'There is no metric {} in the catalogue. Use its id, mdc:<32-bit code> or loinc:<code>.',
  ],
  'metric-not-waveform': [422, '{} is no waveform. Send single values as v.'],
  'metric-is-waveform': [422, '{} is a waveform. Send its samples as vd with rateHz_ and scale_.'],
  'metric-not-measured': [
    422,
    'The profile of this device does not measure {}. Give the device the profile that does, or stop sending it.',
  ],
  'unit-not-convertible': [
    422,
    'The unit {}. Send UCUM, or leave the unit out where it is the metric’s own.',
  ],
  'value-implausible': [422, 'The value {}: a fault of the sensor, or a wrong unit.'],
  'time-in-future': [
    422,
    'The time is more than five minutes ahead of the time of receipt. Set the clock of the device, or say what it shows as clock_.',
  ],
  'time-implausible': [422, 'The time is before 2001. Set the clock of the device, or leave the time out.'],
  // The way in
  'device-unknown': [403, 'No device with this id is registered. Register it in the device list.'],
  'topic-not-permitted': [
    403,
    'The device published to {}. It may publish only to telemetry and status below its own topic; the message was refused.',
  ],
  'sign-in-refused': [401, 'The device id or secret is wrong, or the credential was replaced or revoked.'],
  busy: [429, 'More is arriving than can be stored at once. Send this again after a moment.'],
  'storage-down': [503, 'The readings could not be made durable. Send them again.'],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>

export type GatewayProblemCode = keyof typeof table

export const gatewayProblemCodes = Object.keys(table) as readonly GatewayProblemCode[]

export function gatewayProblem(
  code: GatewayProblemCode,
  options: { readonly what?: string; readonly where?: string } = {},
): Problem {
  const [status, message] = table[code]
  return {
    code,
    status,
    message: message.replace('{}', () => options.what ?? '').trimEnd(),
    ...(options.where === undefined ? {} : { where: options.where }),
  }
}

const maxQuoted = 64

/** A name from outside, fit to stand in a message: cut, and without control characters. */
export function quoted(text: string): string {
  const cut = text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text
  return `“${cut.replace(/\p{C}/gu, '·')}”`
}
