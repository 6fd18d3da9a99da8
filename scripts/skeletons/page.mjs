import { camel, pascal } from './words.mjs'

export const page = {
  form: 'area/page',
  example: 'ward/handover',
  next: 'Name its title in web/app/i18n, draw its five states, and its tests with it; run: npm test web',
  files: (area, id) => ({
    [`web/pages/${area}/${id}/page.ts`]: `import { definePage } from '../../../app/page.ts'

export default definePage({
  id: '${area}-${id}',
  path: '/${area}/${id}',
  allow: 'monitoring.view',
  title: '${camel(area)}.${camel(id)}',
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
`,
    [`web/pages/${area}/${id}/view.tsx`]: `import { useTranslation } from 'react-i18next'

export default function ${pascal(id)}View() {
  const { t } = useTranslation()
  return <h1>{t('${camel(area)}.${camel(id)}')}</h1>
}
`,
  }),
}
