/** Every page of the app, found by folder: `pages/<area>/<page>/page.ts`. */
import type { PageDefinition } from './page.ts'

const found = import.meta.glob<{ default: PageDefinition }>('../pages/*/*/page.ts', { eager: true })

export const pages: readonly PageDefinition[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => (a.room?.order ?? 99) - (b.room?.order ?? 99) || a.id.localeCompare(b.id))
