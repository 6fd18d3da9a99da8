import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRuntime, takeHome } from './runtime.ts'

const note = {
  url: 'http://127.0.0.1:1',
  fhir: 'http://127.0.0.1:1/fhir/R4',
  mqttPort: 2,
  mqttsPort: 5,
  httpsPort: 0,
  mllpPort: 3,
  dicomPort: 4,
  databaseUrl: 'postgres://x',
}

describe('a home', () => {
  let home: string
  let children: ChildProcess[]
  beforeEach(async () => {
    home = join(await mkdtemp(join(tmpdir(), 'home ü-')), 'own')
    children = []
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await rm(join(home, '..'), { recursive: true })
  })

  /** Another process that takes the home, announces itself and stays. */
  async function otherInstance(): Promise<ChildProcess> {
    const code = `const { takeHome } = await import(${JSON.stringify(new URL('runtime.ts', import.meta.url).href)})
      const home = await takeHome(${JSON.stringify(home)})
      await home.announce(${JSON.stringify(note)})
      console.log('taken')
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout!, 'data')
    return child
  }

  it('is made for its owner alone, and so is the note in it', async () => {
    const taken = await takeHome(home)
    await writeFile(join(home, 'runtime.json.new'), '', { mode: 0o644 })
    await taken.announce(note)
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    expect((await stat(join(home, 'runtime.json'))).mode & 0o777).toBe(0o600)
    expect(await readRuntime(home)).toEqual({ pid: process.pid, ...note })
    await taken.release()
    expect(await readRuntime(home)).toBeUndefined()
  })

  it('can be taken again after it was released', async () => {
    await (await takeHome(home)).release()
    await (await takeHome(home)).release()
  })

  it('is refused while another instance lives in it, and says which', async () => {
    const other = await otherInstance()
    await expect(takeHome(home)).rejects.toThrow(`process ${other.pid} at http://127.0.0.1:1`)
    expect(await readRuntime(home)).toMatchObject({ pid: other.pid })
  })

  it('is free after that instance was killed, and its note is gone', async () => {
    const other = await otherInstance()
    other.kill('SIGKILL')
    await once(other, 'exit')
    const taken = await takeHome(home)
    expect(await readRuntime(home)).toBeUndefined()
    await taken.release()
  })

  it('is free though the note names a process that lives: the id was given to another program', async () => {
    await (await takeHome(home)).release()
    await writeFile(join(home, 'runtime.json'), JSON.stringify({ pid: process.ppid, ...note }))
    await (await takeHome(home)).release()
  })
})
