/** A page is declared: where it is, who may see it, what it is called, and its view, loaded when first needed. */
import type { ComponentType } from 'react'
import type { Permission } from '../../src/identity/contract.ts'
import type { IconName } from '../kit/icon.tsx'

export interface PageDefinition {
  readonly id: string
  readonly path: string
  /** Absent: anyone, signed in or not. */
  readonly allow?: 'signed-in' | Permission
  /** Key of its title in the language files. */
  readonly title: string
  /** Its place in the rail; absent: reached from elsewhere. */
  readonly room?: { readonly icon: IconName; readonly order: number; readonly href?: string }
  /** Without the shell: sign-in and its like. */
  readonly bare?: boolean
  /** How each of the five states is drawn; `none` only where the state cannot occur. */
  readonly states: {
    readonly loading: 'skeleton' | 'none'
    readonly empty: 'explain' | 'none'
    readonly stale: 'banner' | 'none'
    readonly denied: 'explain' | 'none'
    readonly error: 'retry' | 'message'
  }
  readonly view: () => Promise<{ default: ComponentType }>
}

export const definePage = (page: PageDefinition): PageDefinition => page
