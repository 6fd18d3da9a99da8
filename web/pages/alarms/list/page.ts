import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'alarms',
  path: '/alarms',
  allow: 'monitoring.view',
  title: 'rooms.alarms',
  room: { icon: 'alarms', order: 3 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
