/** What a person chose for this browser. Kept in local storage; nothing about patients is ever in it. */
import { useSyncExternalStore } from 'react'

export type Theme = 'auto' | 'dark' | 'light'
export type Density = 'auto' | 'comfortable' | 'dense' | 'wall'
export type Language = 'en' | 'de' | 'ar'

export interface Preferences {
  readonly theme: Theme
  readonly density: Density
  readonly language: Language
  readonly temperature: 'celsius' | 'fahrenheit'
  readonly glucose: 'mmol' | 'mg'
  readonly railOpen: boolean
}

const storageKey = 'vitalwire.preferences'
const languages: readonly Language[] = ['en', 'de', 'ar']

function spoken(): Language {
  const wanted = navigator.language.slice(0, 2)
  return languages.find((language) => language === wanted) ?? 'en'
}

function load(): Preferences {
  const defaults: Preferences = {
    theme: 'auto',
    density: 'auto',
    language: spoken(),
    temperature: 'celsius',
    glucose: 'mmol',
    railOpen: true,
  }
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>
    const known = kept.language && languages.includes(kept.language) ? {} : { language: defaults.language }
    return { ...defaults, ...kept, ...known }
  } catch {
    return defaults
  }
}

let current = load()
const listeners = new Set<() => void>()

export const preferences = {
  get: (): Preferences => current,
  set(change: Partial<Preferences>): void {
    current = { ...current, ...change }
    try {
      localStorage.setItem(storageKey, JSON.stringify(current))
    } catch {
      // Storage is closed to us: the choice lasts as long as the page.
    }
    for (const listener of listeners) listener()
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

export const usePreferences = (): Preferences => useSyncExternalStore(preferences.subscribe, preferences.get)
