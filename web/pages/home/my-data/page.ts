import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'my-data',
  path: '/me',
  allow: 'own-record.view',
  title: 'rooms.myData',
  room: { icon: 'person', order: 1 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
