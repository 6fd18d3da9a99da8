import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'device-certificates',
  path: '/devices/certificates',
  allow: 'devices.view',
  title: 'deviceIdentity.title',
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
