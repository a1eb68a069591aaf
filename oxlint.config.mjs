// The rules of ESLint's and typescript-eslint's presets, run by oxlint, with types, because it is quicker.
// ESLint itself checks what oxlint cannot, which is Angular: eslint.config.mjs.
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const typescriptPresets = [
  ...tseslint.configs.recommendedTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
];

/** Not in oxlint: its parser refuses these in a module. */
const SYNTAX_ERRORS = ['no-octal', 'no-dupe-args'];

/** The rules that the presets switch on or off, less those of format, which is Prettier's. */
function rulesOf(presets) {
  const rules = Object.assign({}, ...presets.map((preset) => preset.rules));
  const skipped = [...Object.keys(prettier.rules), ...SYNTAX_ERRORS, 'no-new-symbol'];
  return Object.fromEntries(
    Object.entries(rules)
      .filter(([name]) => !skipped.includes(name))
      .map(([name, setting]) => [name.replace('@typescript-eslint/', 'typescript/'), setting]),
  );
}

export default {
  plugins: ['typescript'],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'off' },
  env: { builtin: true },
  rules: rulesOf([js.configs.recommended]),
  overrides: [
    {
      files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
      env: { node: true, browser: true, commonjs: true, jasmine: true },
    },
    {
      files: ['examples/es5/public/*.js'],
      // ES5 has no catch without a variable, and no declaration but `var`.
      rules: { 'no-unused-vars': ['error', { caughtErrors: 'none' }] },
    },
    {
      files: ['**/*.ts', '**/*.tsx', '**/*.mts'],
      // What is defined is known to the compiler.
      rules: {
        ...rulesOf(typescriptPresets),
        'no-undef': 'off',
        'typescript/no-explicit-any': 'error',
        'typescript/consistent-type-definitions': 'off',
        'typescript/consistent-type-imports': 'error',
        'typescript/no-unused-vars': [
          'error',
          { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
        ],
        eqeqeq: ['error', 'smart'],
      },
    },
    {
      files: ['projects/**/*.ts'],
      // Dependencies come by inject(); empty functions are honest no-ops of interfaces.
      rules: { 'typescript/no-empty-function': 'off' },
    },
  ],
  ignorePatterns: [
    '**/dist/**',
    '**/generated/**',
    '**/coverage/**',
    '**/.angular/**',
    '**/test-results/**',
    '**/playwright-report/**',
  ],
};
