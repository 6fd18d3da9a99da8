import { describe, expect, it } from 'vitest'
import { weaknessOf } from './strength.ts'

describe('a password', () => {
  it.each([
    ['short', 'too-short'],
    ['elevenchars', 'too-short'],
    ['aaaaaaaaaaaaaaaa', 'too-plain'],
    ['abababababab', 'too-plain'],
    ['abcdefghijklmnop', 'too-plain'],
    ['qwertyuiopasdf', 'too-plain'],
    ['0987654321poiuytrewq', 'too-plain'],
    ['passwordpassword', 'common'],
    ['Password123456!', 'common'],
    ['P@ssw0rd2026!!!', 'common'],
    ['Welcome2026!!!', 'common'],
    ['Vitalwire-2026', 'common'],
    ['Krankenhaus123', 'common'],
    ['noraokonkwo1985', 'about-you'],
    ['x'.repeat(257), 'too-long'],
  ])('%s is refused as %s', (password, why) => {
    expect(weaknessOf(password, ['nora.okonkwo@ward.example', 'Nora Okonkwo'])).toBe(why)
  })

  it.each([
    'a long enough password',
    'correct horse battery staple',
    'Übermorgen regnet es Kreide',
    'كلمة طويلة وغير معتادة',
    '7f3kx-92hvq-0zlwm',
  ])('%s is taken', (password) => {
    expect(weaknessOf(password, ['nora.okonkwo@ward.example', 'Nora Okonkwo'])).toBeUndefined()
  })
})
