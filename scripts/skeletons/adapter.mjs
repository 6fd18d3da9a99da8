import { pascal, sentence } from './words.mjs'

export const adapter = {
  form: 'protocol',
  example: 'coap',
  next: 'Write the codec against vectors of the specification, then session and transport; see tests/contracts',
  files: (id) => ({
    [`src/gateway/adapters/${id}/README.md`]: `# ${sentence(id)}

The specification, its version, and clause by clause what is covered and what is not.

| clause | covered |
|---|---|

- Acknowledged means durable: say here at which message, and after what.
- Limits: frame size, frames in flight, idle time, rate.
`,
    [`src/gateway/adapters/${id}/codec.ts`]: `/** Bytes to frames and back. Pure: no socket, no clock, no log. Any split of the stream gives the same frames. */
import type { Problem } from '../../../kernel/problem.ts'

export interface ${pascal(id)}Frame {
  readonly payload: Uint8Array
}

export interface ${pascal(id)}Decoded {
  readonly frames: readonly ${pascal(id)}Frame[]
  /** What was not understood, with its bytes; the next good frame survives. */
  readonly refused: readonly { readonly bytes: Uint8Array; readonly problem: Problem }[]
  /** The beginning of a frame whose end has not come yet. */
  readonly carry: Uint8Array
}

/** Two bytes of length, big-endian, then the payload. */
const headBytes = 2

export function decode${pascal(id)}(bytes: Uint8Array, carry: Uint8Array): ${pascal(id)}Decoded {
  const all = new Uint8Array(carry.length + bytes.length)
  all.set(carry)
  all.set(bytes, carry.length)
  const view = new DataView(all.buffer)
  const frames: ${pascal(id)}Frame[] = []
  let at = 0
  while (at + headBytes <= all.length) {
    const end = at + headBytes + view.getUint16(at)
    if (end > all.length) break
    frames.push({ payload: all.subarray(at + headBytes, end) })
    at = end
  }
  return { frames, refused: [], carry: all.slice(at) }
}
`,
    [`src/gateway/adapters/${id}/codec.test.ts`]: `import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode${pascal(id)} } from './codec.ts'

const framed = (payload: Uint8Array) => Uint8Array.of(payload.length >> 8, payload.length & 255, ...payload)

describe('the ${id} codec', () => {
  it('gives the same frames however the stream is split', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 })
    fc.assert(
      fc.property(payloads, fc.nat(), (list, seed) => {
        const stream = Uint8Array.from(list.flatMap((payload) => [...framed(payload)]))
        const cut = stream.length === 0 ? 0 : seed % stream.length
        const first = decode${pascal(id)}(stream.subarray(0, cut), new Uint8Array())
        const rest = decode${pascal(id)}(stream.subarray(cut), first.carry)
        const frames = [...first.frames, ...rest.frames].map((frame) => [...frame.payload])
        expect(frames).toEqual(list.map((payload) => [...payload]))
        expect(rest.carry).toHaveLength(0)
      }),
    )
  })
})
`,
  }),
}
