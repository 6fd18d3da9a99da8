import { describe, expect, it } from 'vitest'
import { deviceCommands } from './commands.ts'

const about = { device: 'monitor-1', code: 'AAAA-BBBB-CCCC-DDDD', origin: 'https://ward.example' }

describe('what is typed at a device', () => {
  it('goes to the listeners for devices, under the name of this page', () => {
    const { enrol, renew, publish } = deviceCommands({ ...about, httpsPort: 8_443, mqttsPort: 8_883 })
    expect(enrol).toContain(`-u 'monitor-1:AAAA-BBBB-CCCC-DDDD'`)
    expect(enrol).toContain('https://ward.example:8443/.well-known/est/simpleenroll')
    expect(renew).toContain('--cert monitor-1.pem --key monitor-1.key')
    expect(publish).toContain('-h ward.example -p 8883 --cafile authority.pem')
  })

  it('enrols at this page where no listener is on, and promises no more', () => {
    const commands = deviceCommands({ ...about, httpsPort: null, mqttsPort: null })
    expect(commands.enrol).toContain('https://ward.example/.well-known/est/simpleenroll')
    expect([commands.renew, commands.publish]).toEqual([undefined, undefined])
  })
})
