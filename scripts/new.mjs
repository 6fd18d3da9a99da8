/**
 * `npm run new KIND NAME`: the skeleton of a thing that grows. What it writes type-checks; its contract suite says
 * what is still to be filled in.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { main, root } from './bootstrap.mjs'
import { adapter } from './skeletons/adapter.mjs'
import { page } from './skeletons/page.mjs'
import { profile } from './skeletons/profile.mjs'
import { rule } from './skeletons/rule.mjs'
import { score } from './skeletons/score.mjs'

/** Each: how its name is formed, what it is called, and its files. */
const kinds = { profile, adapter, rule, score, page }

const usage = `npm run new KIND NAME

${Object.entries(kinds)
  .map(
    ([kind, { form, example }]) =>
      `  ${kind.padEnd(8)} ${form.padEnd(16)} e.g. npm run new ${kind} ${example}`,
  )
  .join('\n')}`

await main(async () => {
  const [kind, name] = process.argv.slice(2)
  const skeleton = Object.hasOwn(kinds, kind ?? '') ? kinds[kind] : undefined
  if (!skeleton || !name) {
    console.error(usage)
    return 2
  }
  const parts = skeleton.form.split('/').length
  const word = '[a-z][a-z0-9]*(-[a-z0-9]+)*'
  if (!new RegExp(`^${Array(parts).fill(word).join('/')}$`).test(name)) {
    throw new Error(`a ${kind} is named ${skeleton.form}, in kebab-case, like ${skeleton.example}`)
  }
  const files = Object.entries(skeleton.files(...name.split('/')))
  const there = files.find(([path]) => existsSync(join(root, path)))
  if (there) throw new Error(`${there[0]} is already there`)
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(`wrote ${path}`)
  }
  console.log(`\n${skeleton.next}`)
  return 0
})
