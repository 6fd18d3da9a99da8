/**
 * What every script does first: the packages of package-lock.json, and a Node that runs TypeScript.
 * Plain JavaScript for Node ≥ 20 without a dependency, for there may be nothing else yet.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { step } from './progress.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const leastMajor = 24

/**
 * @param {{ quiet?: boolean }} options quiet: says nothing unless it takes long or fails
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} the Node to start, and an environment that finds it
 */
export async function bootstrap({ quiet = false } = {}) {
  const node = await suitableNode(quiet)
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` }
  if (!isInstalled()) {
    await step('installing packages', {}, () => install({ node, env }))
    if (!isInstalled()) throw new Error('npm ended, but node_modules is not what package-lock.json names')
  }
  return { node, env }
}

/** This process's own Node where it is new enough, else Node 24 as the npm package that is the binary itself. */
async function suitableNode(quiet) {
  if (Number(process.versions.node.split('.')[0]) >= leastMajor) return process.execPath
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folder = join(root, `.node${leastMajor}`)
  const node = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(node) || !runs(node)) {
    mkdirSync(folder, { recursive: true })
    const flags = [
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]
    const args = ['install', '--prefix', folder, ...flags, `${name}@${leastMajor}`]
    const what = `fetching Node ${leastMajor} (this machine has ${process.versions.node})`
    await step(what, { quiet }, () => npm(args, { node: process.execPath, env: process.env }))
    if (!runs(node)) {
      throw new Error(`the package ${name} does not run here; install Node ${leastMajor} or newer yourself`)
    }
  }
  return node
}

const runs = (node) => spawnSync(node, ['--version'], { stdio: 'ignore' }).status === 0

/**
 * Compares what npm says it laid out with the lockfile. A linked node_modules belongs to whoever linked it and
 * is left as it is: npm ci would empty the folder behind the link.
 */
function isInstalled() {
  const modules = join(root, 'node_modules')
  if (!existsSync(modules)) return false
  if (lstatSync(modules).isSymbolicLink()) return true
  const laidOut = join(modules, '.package-lock.json') // npm writes it last, so a broken-off install has none
  if (!existsSync(laidOut)) return false
  const { packages: have } = JSON.parse(readFileSync(laidOut, 'utf8'))
  const { packages: want } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.entries(want).every(
    ([path, { version, optional, devOptional, peer }]) =>
      path === '' || have[path]?.version === version || (!have[path] && (optional || devOptional || peer)),
  )
}

/**
 * A registry that lacks the packages of some other platform makes `npm ci` refuse a lockfile that is good for this
 * one; `npm install` lays out the same versions and passes over what it cannot have.
 */
async function install(tools) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  try {
    await npm(['ci', ...flags], tools)
  } catch (error) {
    if (!error.message.includes('EUSAGE')) throw error
    await npm(['install', '--no-save', ...flags], tools)
  }
}

/** npm as a child; its words are shown only where it fails. */
function npm(args, { node, env }) {
  const own = process.env.npm_execpath // set where npm started us: the very npm, without a search
  const viaNode = own?.endsWith('.js') === true
  const command = viaNode ? node : process.platform === 'win32' ? 'npm.cmd' : 'npm'
  return run(command, viaNode ? [own, ...args] : args, { env, shell: command.endsWith('.cmd') })
}

/**
 * Runs to the end with its output held back.
 * @returns {Promise<string>} what it printed
 * @throws Error with what it printed, where its exit code is not 0
 */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    child.stdout.on('data', (bytes) => {
      output += bytes
    })
    child.stderr.on('data', (bytes) => {
      output += bytes
    })
    child.once('error', fail)
    child.once('close', (code, signal) => {
      if (code === 0) return done(output)
      const why = `${command} ${args.slice(0, 3).join(' ')} ended with ${signal ?? `code ${code}`}`
      fail(new Error(`${output.trimEnd()}\n${why}`))
    })
  })
}

/**
 * Runs in our place: its output, its signals, its exit code.
 * @returns {Promise<number>} the exit code, 128 + n where a signal ended it
 */
export function runInPlace(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    const passed = new Set()
    const pass = (signal) => {
      // A terminal sends Ctrl-C to the whole group, so the child has it already; and npm passes on what we got too.
      if ((signal === 'SIGINT' && process.stdin.isTTY) || passed.has(signal)) return
      passed.add(signal)
      child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    // Where npm itself is killed it tells nobody; its death is seen by who our parent is now.
    const parent = process.ppid
    const watch = process.env.npm_lifecycle_event
      ? setInterval(() => process.ppid !== parent && pass('SIGTERM'), 500)
      : undefined
    child.once('error', fail)
    child.once('close', (code, signal) => {
      clearInterval(watch)
      for (const name of signals) process.off(name, pass)
      done(code ?? 128 + (signalNumbers[signal] ?? 15))
    })
  })
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/** The whole of a script: its exit code, or its error in words and 1. */
export async function main(script) {
  try {
    process.exitCode = await script()
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
