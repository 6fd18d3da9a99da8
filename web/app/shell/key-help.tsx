import { useTranslation } from 'react-i18next'
import { Dialog } from '../../kit/dialog.tsx'

const keys: readonly (readonly [string, readonly string[]])[] = [
  ['search', ['Ctrl K', '/']],
  ['arrows', ['←', '↑', '→', '↓']],
  ['open', ['Enter']],
  ['acknowledge', ['A']],
  ['fullScreen', ['F']],
  ['go', ['G W', 'G P', 'G A', 'G D']],
  ['table', ['T']],
  ['csv', ['C']],
  ['reset', ['0']],
  ['help', ['?']],
  ['escape', ['Esc']],
]

export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog label={t('shell.keys')} onClose={onClose}>
      <div className="dialog-head">
        <h2>{t('shell.keys')}</h2>
        <button type="button" className="plain-button" onClick={onClose}>
          {t('shell.close')}
        </button>
      </div>
      <dl className="key-list">
        {keys.map(([id, names]) => (
          <div key={id}>
            <dt>{t(`keys.${id}`)}</dt>
            <dd>
              {names.map((name) => (
                <span key={name} className="key">
                  {name}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
