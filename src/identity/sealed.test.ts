import fc from 'fast-check'
import { expect, it } from 'vitest'
import { systemRandom } from '../platform/random.ts'
import { createSealing } from './sealed.ts'

const sealing = createSealing(systemRandom.secret(32), systemRandom)

it('opens what it sealed, for the same owner and under the same key only', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string(), fc.string(), (secret, owner, other) => {
      const sealed = sealing.seal(secret, owner)
      expect(Buffer.from(sealing.open(sealed, owner)!)).toEqual(Buffer.from(secret))
      if (other !== owner) expect(sealing.open(sealed, other)).toBeUndefined()
      expect(createSealing(systemRandom.secret(32), systemRandom).open(sealed, owner)).toBeUndefined()
    }),
  )
})

it('opens nothing that was altered at any place, cut, or never sealed', () => {
  const sealed = sealing.seal(Buffer.from('a secret'), 'ann')
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (let i = 0; i < bytes.length; i += 1) {
    const altered = Buffer.from(bytes)
    altered[i]! ^= 1
    expect(sealing.open(`v1.${altered.toString('base64url')}`, 'ann')).toBeUndefined()
    expect(sealing.open(`v1.${bytes.subarray(0, i).toString('base64url')}`, 'ann')).toBeUndefined()
  }
  for (const none of ['', 'v1.', 'v2.AAAA', 'a secret']) expect(sealing.open(none, 'ann')).toBeUndefined()
})

it('seals the same secret differently each time', () => {
  const secret = Buffer.from('a secret')
  expect(sealing.seal(secret, 'ann')).not.toBe(sealing.seal(secret, 'ann'))
})
