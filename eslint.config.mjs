// Angular's own rules, for code and templates. All other rules are run by oxlint, which is quicker: oxlint.config.mjs.
import angular from 'angular-eslint';
import prettier from 'eslint-config-prettier';

export default [
  { ignores: ['**/dist/**', '**/node_modules/**', '**/generated/**', '**/.angular/**'] },
  ...scopedTo('projects/**/*.ts', [
    ...angular.configs.tsRecommended,
    {
      processor: angular.processInlineTemplates,
      rules: { '@angular-eslint/prefer-on-push-component-change-detection': 'error' },
    },
  ]),
  ...scopedTo('projects/demo-ngmodule/**/*.ts', [
    // This demo shows an app made of NgModules.
    { rules: { '@angular-eslint/prefer-standalone': 'off' } },
  ]),
  ...scopedTo('projects/**/*.html', [
    ...angular.configs.templateRecommended,
    ...angular.configs.templateAccessibility,
  ]),
  prettier,
];

function scopedTo(pattern, configs) {
  return configs.map((config) => ({ ...config, files: [pattern] }));
}
