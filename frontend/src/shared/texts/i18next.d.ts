import 'i18next'

import type { english } from './en'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shared'
    resources: typeof english
  }
}
