/** What a person chooses for this browser. Takes effect at once; there is nothing to save. */
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { changeLanguage, languageNames } from '../../../app/i18n/index.ts'
import { type Language, type Preferences, preferences, usePreferences } from '../../../app/preferences.ts'
import { Apps } from '../security/apps.tsx'
import { Passkeys } from '../security/passkeys.tsx'
import { SecondFactor } from '../security/second-factor.tsx'
import { Sessions } from '../security/sessions.tsx'
import './settings.css'

function Row(props: {
  readonly title: string
  readonly text?: string
  readonly children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className="setting">
      <div>
        <label htmlFor={id}>{props.title}</label>
        {props.text && <p className="dim small">{props.text}</p>}
      </div>
      {props.children(id)}
    </div>
  )
}

interface ChoiceProps<K extends keyof Preferences> {
  readonly id: string
  readonly name: K
  readonly options: readonly (readonly [Preferences[K] & string, string])[]
  readonly onChosen?: (value: Preferences[K]) => void
}

function Choice<K extends keyof Preferences>({ id, name, options, onChosen }: ChoiceProps<K>) {
  const current = usePreferences()
  return (
    <select
      id={id}
      className="field"
      value={String(current[name])}
      onChange={(event) => {
        const value = event.target.value as Preferences[K]
        preferences.set({ [name]: value } as Partial<Preferences>)
        onChosen?.(value)
      }}
    >
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  )
}

export default function Settings() {
  const { t } = useTranslation()
  const languages = Object.entries(languageNames) as [Language, string][]
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>{t('rooms.settings')}</h1>
        <span className="dim small">{t('settings.kept')}</span>
      </div>
      <Row title={t('settings.theme')} text={t('settings.themeText')}>
        {(id) => (
          <Choice
            id={id}
            name="theme"
            options={[
              ['auto', t('settings.auto')],
              ['dark', t('settings.dark')],
              ['light', t('settings.light')],
            ]}
          />
        )}
      </Row>
      <Row title={t('settings.density')} text={t('settings.densityText')}>
        {(id) => (
          <Choice
            id={id}
            name="density"
            options={(['auto', 'comfortable', 'dense', 'wall'] as const).map((each) => [
              each,
              t(`density.${each}`),
            ])}
          />
        )}
      </Row>
      <Row title={t('settings.language')}>
        {(id) => (
          <Choice
            id={id}
            name="language"
            options={languages}
            onChosen={(language) => void changeLanguage(language)}
          />
        )}
      </Row>
      <Row title={t('settings.temperature')} text={t('settings.unitsText')}>
        {(id) => (
          <Choice
            id={id}
            name="temperature"
            options={[
              ['celsius', '°C'],
              ['fahrenheit', '°F'],
            ]}
          />
        )}
      </Row>
      <Row title={t('settings.glucose')}>
        {(id) => (
          <Choice
            id={id}
            name="glucose"
            options={[
              ['mmol', 'mmol/L'],
              ['mg', 'mg/dL'],
            ]}
          />
        )}
      </Row>
      <p className="dim small">{t('settings.sound')}</p>
      <Passkeys />
      <SecondFactor />
      <Sessions />
      <Apps />
    </div>
  )
}
