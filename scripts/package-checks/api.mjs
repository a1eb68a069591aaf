// The public API of each entry point, recorded in projects/ngx-chargebee-portal/api/*.api.md: a change of it shows in
// review. `node scripts/package-checks/api.mjs --accept` records the API as it is built now.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { root } from '../lib/programs.mjs';
import { packageFolder, readManifest } from './package.mjs';

const accept = process.argv.includes('--accept');
const reportFolder = join(root, 'projects/ngx-chargebee-portal/api');
const { name, exports } = readManifest();

const recorded = [];
for (const [path, conditions] of Object.entries(exports)) {
  if (!conditions.types) continue;
  const entryPoint = name + path.slice(1);
  const reportFileName = `${entryPoint.replaceAll('/', '-')}.api.md`;
  recorded.push(reportFileName);
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: join(packageFolder, conditions.types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            module: 'preserve',
            moduleResolution: 'bundler',
            lib: ['ES2022', 'DOM'],
            skipLibCheck: true,
            types: [],
            paths: { [name]: [packageFolder], [`${name}/*`]: [`${packageFolder}/*`] },
          },
        },
      },
      apiReport: {
        enabled: true,
        reportFileName,
        reportFolder,
        reportTempFolder: join(root, 'dist/api'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: {
          default: { logLevel: 'error' },
          // Release tags are not used: what is exported is public.
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'error' },
          // Types that appear in the API and are not exported on their own; ng-packagr's rollup keeps them out on purpose.
          'ae-forgotten-export': { logLevel: 'error' },
          'ae-unresolved-link': { logLevel: 'error' },
        },
        compilerMessageReporting: { default: { logLevel: 'error' } },
        tsdocMessageReporting: { default: { logLevel: 'error' } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(packageFolder, 'package.json'),
  });
  const result = Extractor.invoke(config, {
    localBuild: accept,
    showVerboseMessages: false,
    messageCallback(message) {
      if (message.logLevel === 'error' || message.logLevel === 'warning') return;
      message.handled = true;
    },
  });
  const same = result.succeeded && (accept || !result.apiReportChanged);
  console.log(
    `${entryPoint}: ${same ? 'as recorded' : 'differs from its record, or is not documented'}`,
  );
  if (!same) process.exitCode = 1;
}

const left = readdirSync(reportFolder).filter((file) => !recorded.includes(file));
if (left.length) {
  console.error(`No entry point belongs to ${left.join(', ')} any more: delete what is left.`);
  process.exitCode = 1;
}
if (process.exitCode) {
  console.error(
    'Where the change is meant, record it with `node scripts/package-checks/api.mjs --accept` and commit the record.',
  );
}
