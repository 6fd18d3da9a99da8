import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rooms, webMayImport } from '../../architecture.ts'
import { findCycle } from './cycle.ts'
import { importsOf, roomOf, root, shipped } from './repository.ts'

const order = rooms.map((room) => room.folder)
const openToAll = new Set(['kernel', 'platform'])
const doors = /^src\/[^/]+\/(index|contract|model)\.ts$/
const imports = shipped.flatMap(importsOf)
const ownImports = imports.filter((one) => one.ours)
const say = (list: readonly { from: string; to: string }[]) => list.map(({ from, to }) => `${from} → ${to}`)
const betweenRooms = ownImports.flatMap((one) => {
  const [from, to] = [roomOf(one.from), roomOf(one.to)]
  return from !== undefined && to !== undefined && from !== to ? [{ ...one, fromRoom: from, toRoom: to }] : []
})

describe('the rooms of the house', () => {
  it('are the folders of src', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    expect(folders.map((entry) => entry.name).sort()).toEqual([...order].sort())
  })

  it('each say in a README what they own', () => {
    expect(order.filter((room) => !existsSync(join(root, 'src', room, 'README.md')))).toEqual([])
  })

  it('import only rooms above them', () => {
    const down = betweenRooms.filter((one) => order.indexOf(one.toRoom) > order.indexOf(one.fromRoom))
    expect(say(down)).toEqual([])
  })

  it('import only what a stranger may, where they are one', () => {
    const only = new Map(rooms.map((room) => [room.folder, room.only]))
    const wrong = betweenRooms.filter((one) => only.get(one.fromRoom)?.includes(one.toRoom) === false)
    expect(say(wrong)).toEqual([])
  })

  it('are entered by their doors: index.ts, contract.ts, model.ts', () => {
    const broken = betweenRooms.filter((one) => !openToAll.has(one.toRoom) && !doors.test(one.to))
    expect(say(broken)).toEqual([])
  })

  it('know nothing of tests, of the web app or of scripts', () => {
    const wrong = ownImports.filter((one) => one.from.startsWith('src/') && !one.to.startsWith('src/'))
    expect(say(wrong)).toEqual([])
  })
})

describe('imports', () => {
  it('of the web app reach only the kernel and contracts', () => {
    const out = ownImports.filter((one) => one.from.startsWith('web/') && !one.to.startsWith('web/'))
    const allowed = (to: string) =>
      webMayImport.includes(roomOf(to) ?? '') ||
      /^src\/[^/]+\/contract\.ts$/.test(to) ||
      to === 'package.json'
    expect(say(out.filter((one) => !allowed(one.to)))).toEqual([])
  })

  it('name files that exist', () => {
    expect(say(ownImports.filter((one) => !existsSync(join(root, one.to))))).toEqual([])
  })

  it('never run in a circle', () => {
    const edges = new Map<string, string[]>()
    for (const one of ownImports) {
      if (!one.typeOnly) edges.set(one.from, [...(edges.get(one.from) ?? []), one.to])
    }
    expect(findCycle(edges)).toBeUndefined()
  })
})
