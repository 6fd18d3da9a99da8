/** Builds the web app where its sources changed since the last build, and packs the files for browsers. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { root, run } from './bootstrap.mjs'
import { step } from './progress.mjs'

const web = join(root, 'web')
const dist = join(web, 'dist')
const stampFile = join(dist, '.stamp')

const filesBelow = (folder, skip = () => false) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (skip(path)) return []
    return entry.isDirectory() ? filesBelow(path, skip) : [path]
  })

/** Everything a build reads: the app, what it may import of the server, and the packages. */
function sources() {
  const own = filesBelow(
    web,
    (path) => path === dist || path.endsWith('.test.ts') || path.endsWith('.test.tsx'),
  )
  const shared = filesBelow(join(root, 'src')).filter(
    (path) => path.endsWith('contract.ts') || relative(root, path).startsWith(join('src', 'kernel')),
  )
  return [...own, ...shared, join(root, 'package-lock.json'), join(root, 'tsconfig.json')].sort()
}

function stampOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(relative(root, path)).update('\0').update(readFileSync(path))
  return hash.digest('hex')
}

/** @returns {Promise<boolean>} whether there is a web app to serve */
export async function buildWeb({ node, env }, { quiet = false } = {}) {
  if (!existsSync(join(web, 'index.html'))) return false
  const stamp = stampOf(sources())
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  await step('building the web app', { quiet }, async () => {
    await run(node, [vite, 'build', '--logLevel', 'warn', '--emptyOutDir'], { cwd: web, env })
    await packFiles()
  })
  writeFileSync(stampFile, stamp) // last: a build that broke off is built again
  return true
}

const packable = new Set(['.js', '.css', '.html', '.svg', '.json'])
const leastBytes = 1_024

async function packFiles() {
  const compress = promisify(brotliCompress)
  for (const path of filesBelow(dist)) {
    if (!packable.has(extname(path))) continue
    const bytes = readFileSync(path)
    if (bytes.length < leastBytes) continue
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(`${path}.br`, await compress(bytes, { params }))
  }
}
