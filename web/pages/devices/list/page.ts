import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'devices',
  path: '/devices',
  allow: 'devices.view',
  title: 'rooms.devices',
  room: { icon: 'devices', order: 4 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
