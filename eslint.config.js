import astro from 'eslint-plugin-astro';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Where the site may reach into verify/: contracts only. dependency-cruiser does not see imports inside .astro. */
const contracts = ['claim', 'verdict', 'record'];

export default defineConfig(
  { ignores: ['dist/', '.astro/', 'artifacts/', 'runs/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Something held only until the end of its block (`await using _ = ...`) has no other use.
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      // A function that fits an asynchronous contract need not wait for anything itself.
      '@typescript-eslint/require-await': 'off',
    },
  },
  astro.configs['flat/recommended'],
  {
    files: ['**/*.astro', '**/*.astro/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'astro/no-set-html-directive': 'error' },
  },
  {
    files: ['site/**', 'astro.config.mjs'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `(^|/)verify/(?!(${contracts.join('|')})/)`,
              message: `The site reads contracts only: verify/{${contracts.join(',')}}/.`,
            },
          ],
        },
      ],
    },
  },
  {
    files: ['claims/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!#verify$|node:)', message: 'A check imports "#verify", and from Node, nothing else.' },
          ],
        },
      ],
    },
  },
);
