import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'storage',
  path: '/operations/storage',
  allow: 'storage.view',
  title: 'rooms.storage',
  room: { icon: 'storage', order: 6 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
