import { readdir } from 'node:fs/promises'
import type { AlarmRule } from './rule.ts'

const folder = new URL('./rules/', import.meta.url)

/** Every rule in `rules/`, by id. A file holds one rule and is named after it. */
export async function sweepRules(): Promise<ReadonlyMap<string, AlarmRule>> {
  const files = (await readdir(folder)).filter((file) => /^[a-z0-9-]+\.ts$/.test(file)).sort()
  const rules = new Map<string, AlarmRule>()
  for (const file of files) {
    const { default: rule } = (await import(new URL(file, folder).href)) as { default: AlarmRule }
    if (`${rule.id}.ts` !== file) throw new Error(`rules/${file} defines the rule ${rule.id}`)
    rules.set(rule.id, rule)
  }
  return rules
}
