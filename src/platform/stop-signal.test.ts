import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)

/** A process that waits for its end, and then either ends or hangs; SIGUSR2 moves its clock on. */
async function waiting(then: 'ends' | 'hangs') {
  const code = `const { untilToldToStop } = await import(${module('stop-signal.ts')})
    const { systemClock } = await import(${module('clock.ts')})
    let skewMs = 0
    const clock = { ...systemClock, elapsedMs: () => systemClock.elapsedMs() + skewMs }
    const busy = setInterval(() => {}, 1000)
    const told = untilToldToStop({ clock })
    process.on('SIGUSR2', () => { skewMs = 2000; console.log('later') })
    console.log('waiting')
    await told
    console.log('told')
    if (${then === 'ends'}) { clearInterval(busy); process.removeAllListeners('SIGUSR2') }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('a process told to stop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('goes on to its end after %s', async (signal) => {
    const child = await waiting('ends')
    const ended = once(child, 'exit')
    child.kill(signal)
    expect(await ended).toEqual([0, null])
  })

  it('takes the echo of one Ctrl-C for what it is, and a second Ctrl-C as impatience', async () => {
    const child = await waiting('hangs')
    const ended = once(child, 'exit')
    const told = once(child.stdout, 'data')
    child.kill('SIGINT')
    child.kill('SIGINT')
    await told
    const later = once(child.stdout, 'data')
    child.kill('SIGUSR2')
    await later
    expect(child.exitCode).toBeNull()
    child.kill('SIGINT')
    expect(await ended).toEqual([130, null])
  })
})
