/** Choosing the language of the pages. */

import { NativeSelect } from '@mantine/core'
import { useState } from 'react'

import { sentenceOf } from './api'
import { isLanguage, type Language, language, LANGUAGES, rememberLanguage, setLanguage, t } from './texts'

// The page is drawn anew in the other language; who chose by keyboard stays where they were.
let wasChosenHere = false

export function LanguageChoice({ onChosen }: { onChosen?: (chosen: Language) => Promise<unknown> | void }) {
  const [error, setError] = useState<unknown>(null)
  const choose = async (chosen: string) => {
    if (!isLanguage(chosen)) return
    setError(null)
    wasChosenHere = true
    try {
      await onChosen?.(chosen)
      rememberLanguage(chosen)
      await setLanguage(chosen)
    } catch (problem) {
      wasChosenHere = false
      setError(problem)
    }
  }
  return (
    <NativeSelect
      label={t('shared:language')}
      value={language()}
      error={error ? sentenceOf(error) : null}
      onChange={(event) => void choose(event.currentTarget.value)}
      ref={(select) => {
        if (wasChosenHere) select?.focus()
        wasChosenHere = false
      }}
    >
      {Object.entries(LANGUAGES).map(([value, name]) => (
        <option key={value} value={value} lang={value}>
          {name}
        </option>
      ))}
    </NativeSelect>
  )
}
