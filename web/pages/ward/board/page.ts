import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'ward',
  path: '/ward',
  allow: 'monitoring.view',
  title: 'rooms.ward',
  room: { icon: 'ward', order: 1 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
