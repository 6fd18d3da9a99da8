/**
 * PUBLISH packets of one device, made once and copied for each message with its packet id and its time put in, so that
 * what is measured is the receiver and not the making. Every pack has times of its own: none is a duplicate.
 */
export type PackFormat = 'json' | 'cbor'

const metrics: readonly (readonly [name: string, value: number])[] = [
  ['heart-rate', 72],
  ['spo2', 97],
  ['pulse-rate', 71],
  ['respiratory-rate', 16],
  ['body-temperature', 37],
  ['systolic-bp', 124],
  ['diastolic-bp', 79],
  ['mean-bp', 94],
  ['end-tidal-co2', 38],
  ['perfusion-index', 3],
]

interface Record {
  readonly name: string
  readonly value: number
  readonly ago: number
}

/** Ten metrics a second, as many seconds as it takes. */
const recordsOf = (readings: number): Record[] =>
  Array.from({ length: readings }, (_, i) => {
    const [name, value] = metrics[i % metrics.length]!
    const ago = Math.floor((readings - 1 - i) / metrics.length)
    return { name, value: value + (i % 3), ago }
  })

const timeDigits = '0000000000'

function json(readings: number): { payload: Buffer; timeAt: number } {
  const records = recordsOf(readings).map(({ name, value, ago }, i) => {
    const base = i === 0 ? `"bt":${timeDigits},` : ''
    return `{${base}"n":"${name}","v":${value}${ago === 0 ? '' : `,"t":-${ago}`}}`
  })
  const payload = Buffer.from(`[${records.join(',')}]`)
  return { payload, timeAt: payload.indexOf(timeDigits) }
}

/** Labels of RFC 8428 §6; every head written out, so that the time is four bytes at a known place. */
function cbor(readings: number): { payload: Buffer; timeAt: number } {
  const parts: Buffer[] = [Buffer.from([0x99, readings >> 8, readings & 0xff])]
  recordsOf(readings).forEach(({ name, value, ago }, i) => {
    parts.push(Buffer.from([0xa0 + 2 + (i === 0 ? 1 : 0) + (ago > 0 ? 1 : 0)]))
    if (i === 0) parts.push(Buffer.from([0x22, 0x1a, 0, 0, 0, 0]))
    parts.push(Buffer.from([0x00, 0x60 + name.length]), Buffer.from(name), Buffer.from([0x02, 0x18, value]))
    if (ago > 0) parts.push(Buffer.from([0x06, 0x20 + ago - 1]))
  })
  return { payload: Buffer.concat(parts), timeAt: 6 }
}

/** §2.2.3: seven bits a byte, lowest first. */
function remainingLength(length: number): Buffer {
  const bytes: number[] = []
  for (let rest = length; ; rest >>= 7) {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    if (rest <= 0x7f) return Buffer.from(bytes)
  }
}

export class PacketMaker {
  readonly #template: Buffer
  readonly #idAt: number
  readonly #timeAt: number
  readonly #format: PackFormat
  readonly #secondsAPack: number

  constructor(device: string, readings: number, format: PackFormat) {
    const topic = Buffer.from(`vitalwire/${device}/telemetry`)
    const { payload, timeAt } = format === 'json' ? json(readings) : cbor(readings)
    const length = remainingLength(2 + topic.length + 2 + payload.length)
    const head = Buffer.concat([Buffer.from([0x32]), length, Buffer.from([0, topic.length]), topic])
    this.#template = Buffer.concat([head, Buffer.alloc(2), payload])
    this.#idAt = head.length
    this.#timeAt = head.length + 2 + timeAt
    this.#format = format
    this.#secondsAPack = Math.ceil(readings / metrics.length)
  }

  get secondsAPack(): number {
    return this.#secondsAPack
  }

  get bytes(): number {
    return this.#template.length
  }

  write(target: Buffer, at: number, id: number, timeS: number): void {
    this.#template.copy(target, at)
    target.writeUInt16BE(id, at + this.#idAt)
    if (this.#format === 'cbor') {
      target.writeUInt32BE(timeS, at + this.#timeAt)
      return
    }
    let rest = timeS
    for (let digit = timeDigits.length - 1; digit >= 0; digit--) {
      target[at + this.#timeAt + digit] = 48 + (rest % 10)
      rest = Math.floor(rest / 10)
    }
  }
}
