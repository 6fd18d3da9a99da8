import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'patients',
  path: '/patients',
  allow: 'monitoring.view',
  title: 'rooms.patients',
  room: { icon: 'patients', order: 2 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
