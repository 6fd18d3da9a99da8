import { describe, expect, it } from 'vitest'
import { loadConfig } from './config.ts'

describe('the listeners that end TLS for devices', () => {
  it.each([
    ['are off where nothing is said', {}, [undefined, undefined]],
    ['take any free port with the demo', { VITALWIRE_DEMO: '1' }, [0, 0]],
    ['take the ports they are given', { MQTTS_PORT: '8883', HTTPS_PORT: '0' }, [8_883, 0]],
  ] as const)('%s', (_, env, ports) => {
    const { mqttsPort, httpsPort } = loadConfig(env).tls
    expect([mqttsPort, httpsPort]).toEqual(ports)
  })

  it('go by the names that are said, by those of PUBLIC_URL and TLS_HOST, and by loopback', () => {
    const env = { PUBLIC_URL: 'https://ward.example', TLS_HOST: '10.0.0.4', TLS_NAMES: 'mqtt.example, ' }
    expect(loadConfig(env).tls.names).toEqual([
      ...['mqtt.example', 'ward.example', '10.0.0.4', 'localhost', '127.0.0.1', '::1'],
    ])
    expect(loadConfig({ TLS_HOST: '0.0.0.0' }).tls.names).not.toContain('0.0.0.0')
  })

  it('may listen beyond this machine, where the others may not', () => {
    expect(loadConfig({ TLS_HOST: '0.0.0.0' })).toMatchObject({ host: '127.0.0.1', tls: { host: '0.0.0.0' } })
    expect(() => loadConfig({ HOST: '0.0.0.0' })).toThrow('without TLS')
  })

  it('want a certificate and its key together', () => {
    expect(() => loadConfig({ TLS_CERT_FILE: '/a' })).toThrow('give both or neither')
  })
})
