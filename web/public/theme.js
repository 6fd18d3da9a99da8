// Before the first paint: the theme the person chose, so that a light screen never flashes dark or the reverse.
;(() => {
  let chosen = 'auto'
  try {
    chosen = JSON.parse(localStorage.getItem('vitalwire.preferences') || '{}').theme || 'auto'
  } catch {}
  const board = location.pathname === '/' || location.pathname.startsWith('/ward')
  const light =
    chosen === 'light' || (chosen === 'auto' && !board && !matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', light ? 'light' : 'dark')
})()
