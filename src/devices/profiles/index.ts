/**
 * Every profile file below this folder, `<vendor>/<model>.ts`, found by sweep: a new one needs no other edit.
 */
import { readdir } from 'node:fs/promises'
import { type DeviceProfile, type LoadedProfile, loadProfile } from './profile.ts'

const here = new URL('./', import.meta.url)

async function sweep(): Promise<ReadonlyMap<string, LoadedProfile>> {
  const found = new Map<string, LoadedProfile>()
  const entries = await readdir(here, { withFileTypes: true })
  for (const vendor of entries.filter((entry) => entry.isDirectory())) {
    const files = await readdir(new URL(`${vendor.name}/`, here))
    for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort()) {
      const module = (await import(new URL(`${vendor.name}/${file}`, here).href)) as {
        default: DeviceProfile
      }
      found.set(module.default.id, loadProfile(module.default))
    }
  }
  return found
}

export const profiles = await sweep()

/** What a device of this profile measures and how often; undefined where there is no such profile. */
export const profileOf = (id: string): LoadedProfile | undefined => profiles.get(id)
