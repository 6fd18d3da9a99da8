/** Which theme is on: the person's choice, or dark on the board and the system's wish elsewhere. */
import { useEffect, useSyncExternalStore } from 'react'
import { useLocation } from 'react-router'
import { usePreferences } from './preferences.ts'

const systemDark = matchMedia('(prefers-color-scheme: dark)')
const onSystem = (tell: () => void): (() => void) => {
  systemDark.addEventListener('change', tell)
  return () => systemDark.removeEventListener('change', tell)
}

export function useTheme(): 'dark' | 'light' {
  const { theme } = usePreferences()
  const { pathname } = useLocation()
  const dark = useSyncExternalStore(onSystem, () => systemDark.matches)
  if (theme !== 'auto') return theme
  return dark || pathname === '/' || pathname.startsWith('/ward') ? 'dark' : 'light'
}

export function useThemeOnDocument(): 'dark' | 'light' {
  const theme = useTheme()
  useEffect(() => {
    document.documentElement.setAttribute('data-mantine-color-scheme', theme)
  }, [theme])
  return theme
}
