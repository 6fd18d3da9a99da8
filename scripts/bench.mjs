/**
 * `npm run bench [NAME…]`: runs the figures one after the other and writes bench/results.json. Each bench/*.ts prints
 * its figures as JSON lines, `{"id","unit","median","min","max","comparedWith":{"id","median"},"ratio"}`; a partial
 * run replaces the figures it measured and leaves the others.
 */
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bootstrap, main, root } from './bootstrap.mjs'

const folder = join(root, 'bench')
const resultsFile = join(folder, 'results.json')

/** How often a second this disk makes 4 KiB durable: what every acknowledged reading waits for. */
function fsyncPerSecond() {
  const path = join(folder, '.fsync')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4_096)
  const startedMs = performance.now()
  let count = 0
  try {
    while (performance.now() - startedMs < 1_000) {
      writeSync(file, block, 0, block.length, 0)
      fsyncSync(file)
      count++
    }
  } finally {
    closeSync(file)
    rmSync(path)
  }
  return Math.round((count * 1_000) / (performance.now() - startedMs))
}

function runBench({ node, env }, name) {
  return new Promise((done, fail) => {
    const child = spawn(node, ['--expose-gc', join(folder, name)], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const figures = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return console.log(line)
      const figure = JSON.parse(line)
      figures.push(figure)
      const ratio =
        figure.ratio === undefined ? '' : `  ${figure.ratio.toFixed(2)} × ${figure.comparedWith?.id ?? ''}`
      console.log(
        `  ${figure.id.padEnd(28)} ${figure.median} ${figure.unit}  (${figure.min} … ${figure.max})${ratio}`,
      )
    })
    child.once('error', fail)
    child.once('close', (code) =>
      code === 0 ? done(figures) : fail(new Error(`bench/${name} ended with code ${code}`)),
    )
  })
}

/** Every figure, what it is compared with, and whether it reaches its bar of bench/bars.json. */
function printTable(figures) {
  const bars = JSON.parse(readFileSync(join(folder, 'bars.json'), 'utf8'))
  const rows = [['figure', 'median', 'range', 'compared with', 'ratio', 'bar', '']]
  for (const figure of figures) {
    const own = bars.filter((bar) => bar.id === figure.id)
    const said = own.map(({ ratio, atLeast, atMost }) => {
      const value = ratio ? figure.ratio : figure.median
      const met = atLeast === undefined ? value <= atMost : value >= atLeast
      return { text: `${atLeast === undefined ? '≤' : '≥'} ${atLeast ?? atMost}${ratio ? ' ×' : ''}`, met }
    })
    rows.push([
      figure.id,
      `${figure.median} ${figure.unit}`,
      `${figure.min} … ${figure.max}`,
      figure.comparedWith ? `${figure.comparedWith.id} ${figure.comparedWith.median}` : '',
      figure.ratio === undefined ? '' : String(figure.ratio),
      said.map((bar) => bar.text).join(', '),
      said.length === 0 ? '' : said.every((bar) => bar.met) ? 'met' : 'MISSED',
    ])
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  console.log()
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
}

await main(async () => {
  const tools = await bootstrap({ quiet: true })
  const wanted = process.argv.slice(2)
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^[a-z0-9-]+\.ts$/.test(name)) : []
  const chosen = names.filter((name) => wanted.length === 0 || wanted.includes(name.replace('.ts', '')))
  if (chosen.length === 0)
    throw new Error(`no such figure; there are: ${names.join(', ').replaceAll('.ts', '') || 'none'}`)
  const measured = []
  const failures = []
  for (const name of chosen) {
    console.log(name.replace('.ts', ''))
    await runBench(tools, name).then(
      (figures) => measured.push(...figures),
      (error) => failures.push(error.message),
    )
  }
  const before = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')).figures : []
  const kept = before.filter((figure) => !measured.some((one) => one.id === figure.id))
  const [cpu] = cpus()
  const results = {
    date: new Date().toISOString(),
    machine: {
      cpu: cpu?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      fsyncPerSecond: fsyncPerSecond(),
    },
    figures: [...kept, ...measured].sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`)
  printTable(results.figures)
  for (const failure of failures) console.error(`FAILED ${failure}`)
  console.log('wrote bench/results.json')
  return failures.length === 0 ? 0 : 1
})
