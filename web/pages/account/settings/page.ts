import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'settings',
  path: '/settings',
  allow: 'signed-in',
  title: 'rooms.settings',
  room: { icon: 'settings', order: 9 },
  states: { loading: 'none', empty: 'none', stale: 'none', denied: 'none', error: 'message' },
  view: () => import('./view.tsx'),
})
