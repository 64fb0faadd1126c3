import {
  Anchor,
  createTheme,
  Drawer,
  Menu,
  type MantineColorsTuple,
  type MantineThemeOverride,
  Modal,
  Notification,
  PasswordInput,
} from '@mantine/core'
import i18next from 'i18next'

/** Deep teal: calm beside photographs of sky, and never one of the class colours. */
const teal: MantineColorsTuple = [
  '#eaf5f6', '#d6e8ea', '#adcfd4', '#80b5bc', '#5b9fa8', '#43919c', '#348a96', '#257783', '#176a75', '#005c67',
] // prettier-ignore

/** The look of every page; the names of small buttons are in this language. */
export function theme(language: string): MantineThemeOverride {
  const t = i18next.getFixedT(language, 'shared')
  const close = { closeButtonProps: { 'aria-label': t('close') } }
  return createTheme({
    respectReducedMotion: true,
    primaryColor: 'teal',
    primaryShade: 8,
    colors: { teal },
    defaultRadius: 'md',
    fontFamily:
      'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial, sans-serif',
    fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    headings: {
      fontWeight: '600',
      sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
    },
    components: {
      // A link within a sentence is told by more than its colour.
      Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
      Modal: Modal.extend({ defaultProps: close }),
      Drawer: Drawer.extend({ defaultProps: close }),
      Notification: Notification.extend({ defaultProps: close }),
      // It would be a child of the menu that is no item; the first item is focused instead.
      Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
      PasswordInput: PasswordInput.extend({
        defaultProps: { visibilityToggleButtonProps: { 'aria-label': t('show_password') } },
      }),
    },
  })
}
