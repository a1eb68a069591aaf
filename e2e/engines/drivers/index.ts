import { spawnSync } from 'node:child_process';
import type { Engine } from './browser.js';
import { chromium, firefox } from './puppeteer.js';
import { webkit } from './webkit.js';

function which(name: string): string | undefined {
  const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The engines of the common browsers. Includes Chromium, so that the same flows run in all of them. */
export const engines: readonly Engine[] = [
  chromium(process.env.CHROME_BIN ?? which('chromium')),
  firefox(which('firefox-esr') ?? which('firefox')),
  webkit(which('WebKitWebDriver'), which('Xvfb')),
];
