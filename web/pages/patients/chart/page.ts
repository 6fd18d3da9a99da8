import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'chart',
  path: '/patients/:id',
  allow: 'monitoring.view',
  title: 'rooms.chart',
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
