/**
 * Mantine's fields in our tokens. The provider stands around forms alone: a board has none, and does not load it.
 * Variables come as a style sheet and not as a `<style>` element, which the content security policy refuses.
 */
import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/ActionIcon.css'
import '@mantine/core/styles/Button.css'
import '@mantine/core/styles/Input.css'
import '@mantine/core/styles/PasswordInput.css'
import './form.css'
import { useTheme } from '../../app/theme.ts'

export function FormFrame({ children }: { readonly children: ReactNode }) {
  const theme = useTheme()
  return (
    <MantineProvider forceColorScheme={theme} withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  )
}
