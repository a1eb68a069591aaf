import { devices } from '@playwright/test';

const { userAgent, viewport, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 7'] ?? {};

/** Options that make Chromium emulate a phone, on which chargebee.js opens the portal in a window. */
export const phone = { userAgent, viewport, deviceScaleFactor, isMobile, hasTouch };
