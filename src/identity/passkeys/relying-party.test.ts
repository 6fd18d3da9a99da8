import { expect, it } from 'vitest'
import { relyingParty } from './relying-party.ts'

it.each([
  ['https://ward.example.org', { id: 'ward.example.org', origin: 'https://ward.example.org' }],
  ['https://ward.example.org:8443', { id: 'ward.example.org', origin: 'https://ward.example.org:8443' }],
  ['http://127.0.0.1:8080', { id: 'localhost', origin: 'http://localhost:8080' }],
  ['http://[::1]:8080', { id: 'localhost', origin: 'http://localhost:8080' }],
  ['http://localhost', { id: 'localhost', origin: 'http://localhost' }],
  ['http://ward.example.org', undefined],
  ['https://10.0.0.7', undefined],
  ['https://[fd00::7]:8443', undefined],
])('%s has the relying party %j', (publicUrl, expected) => {
  expect(relyingParty(publicUrl)).toEqual(expected)
})
