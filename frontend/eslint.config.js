import js from '@eslint/js'
import i18next from 'eslint-plugin-i18next'
import hooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'

export default ts.config(
  js.configs.recommended,
  ts.configs.recommended,
  hooks.configs.flat.recommended,
  {
    ignores: ['src/shared/schema.d.ts'],
    rules: { '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  {
    files: ['src/**/*.tsx'],
    plugins: { i18next },
    rules: {
      'i18next/no-literal-string': [
        'error',
        {
          mode: 'jsx-only',
          message: 'A text belongs into src/shared/texts',
          'should-validate-template': true,
          'jsx-attributes': {
            include: [
              '^(label|title|description|placeholder|legend|alt|confirm|question|explanation|subtitle|message)$',
              '[lL]abel$',
              'Message$',
            ],
          },
          // Signs, units and our own name read the same in every language.
          words: { exclude: ['[^\\p{L}]*', '.*[^\\p{L}](px|s|%|GPU|CPU)\\s*', 'px', 'Catenary', '\\s*', '[A-Z]'] },
        },
      ],
    },
  },
)
