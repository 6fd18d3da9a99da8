/** Keys that work everywhere: Ctrl-K searches, ? explains, g then a letter goes to a room. */
import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'

const rooms: Readonly<Record<string, string>> = {
  w: '/ward',
  p: '/patients',
  a: '/alarms',
  d: '/devices',
  s: '/settings',
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)

export function useShellKeys(open: (what: 'search' | 'keys') => void): void {
  const navigate = useNavigate()
  const going = useRef(false)
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const key = event.key.toLowerCase()
      if ((event.ctrlKey || event.metaKey) && key === 'k') {
        event.preventDefault()
        open('search')
        return
      }
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      if (going.current && rooms[key]) {
        event.stopImmediatePropagation()
        navigate(rooms[key])
      } else if (key === '?') open('keys')
      else if (key === '/') {
        event.preventDefault()
        open('search')
      }
      going.current = key === 'g'
    }
    addEventListener('keydown', press, { capture: true })
    return () => removeEventListener('keydown', press, { capture: true })
  }, [navigate, open])
}
