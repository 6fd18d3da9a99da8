import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'break-glass',
  path: '/break-glass',
  allow: 'alarms.acknowledge',
  title: 'rooms.breakGlass',
  room: { icon: 'shield', order: 6 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'none', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
