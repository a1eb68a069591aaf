// Compares the public API of each entry point with its report, projects/ngx-chargebee-portal/api/*.api.md, so that reviewers
// see every change. `node scripts/package-checks/api.mjs --accept` updates the reports.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { root } from '../lib/programs.mjs';
import { packageFolder, readManifest } from './package.mjs';

/** The messages that also concern members, of which some are not for apps. */
const MEMBER_MESSAGES = new Set(['ae-undocumented', 'ae-forgotten-export']);

const accept = process.argv.includes('--accept');
const reportFolder = join(root, 'projects/ngx-chargebee-portal/api');
const { name, exports } = readManifest();

const compilerOptions = {
  target: 'ES2022',
  module: 'preserve',
  moduleResolution: 'bundler',
  lib: ['ES2022', 'DOM'],
  skipLibCheck: true,
  types: [],
  paths: { [name]: [packageFolder], [`${name}/*`]: [`${packageFolder}/*`] },
};

const reports = [];
for (const [path, { types }] of Object.entries(exports)) {
  if (!types) continue;
  const entryPoint = name + path.slice(1);
  const report = `${entryPoint.replaceAll('/', '-')}.api.md`;
  reports.push(report);
  if (!checkEntryPoint(entryPoint, types, report)) process.exitCode = 1;
}

const leftOver = readdirSync(reportFolder).filter((file) => !reports.includes(file));
if (leftOver.length) {
  console.error(
    `No entry point belongs to ${leftOver.join(', ')}: delete these reports of removed entry points.`,
  );
  process.exitCode = 1;
}
if (process.exitCode) {
  console.error(
    'If you intend the change, run `node scripts/package-checks/api.mjs --accept` and commit the updated report.',
  );
}

/** Compares the API of an entry point with its report, or updates the report. Returns whether they agree. */
function checkEntryPoint(entryPoint, types, reportFileName) {
  const config = extractorConfig({ types, reportFileName, isPrimary: entryPoint === name });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: accept,
    showVerboseMessages: false,
    messageCallback: filterMessage,
  });
  const agrees = succeeded && (accept || !apiReportChanged);
  console.log(
    `${entryPoint}: ${agrees ? 'the API is as reported' : 'the API differs from its report, or is not documented'}`,
  );
  return agrees;
}

function extractorConfig({ types, reportFileName, isPrimary }) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: join(packageFolder, types),
      compiler: { overrideTsconfig: { compilerOptions } },
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
          // Release tags are not used: every export is public.
          'ae-missing-release-tag': { logLevel: 'none' },
          // In a secondary entry point, the extractor reports the types imported from the primary one.
          'ae-forgotten-export': { logLevel: isPrimary ? 'error' : 'none' },
        },
        compilerMessageReporting: { default: { logLevel: 'error' } },
        tsdocMessageReporting: {
          default: { logLevel: 'error' },
          // Like Angular's own doc comments, ours have no hyphen after a parameter's name.
          'tsdoc-param-tag-missing-hyphen': { logLevel: 'none' },
        },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(packageFolder, 'package.json'),
  });
}

/** Drops what is said about members that apps cannot use, and everything but errors and warnings. */
function filterMessage(message) {
  if (MEMBER_MESSAGES.has(message.messageId) && !isPublic(message)) message.logLevel = 'none';
  if (message.logLevel !== 'error' && message.logLevel !== 'warning') message.handled = true;
}

/** Whether a message concerns a member that apps may use, and not a protected or compiler-generated one. */
function isPublic({ sourceFilePath, sourceFileLine }) {
  const line = readFileSync(sourceFilePath, 'utf8').split('\n')[sourceFileLine - 1];
  return !/^\s*(protected|static ɵ|(readonly )?ɵ)/.test(line);
}
