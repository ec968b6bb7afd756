// How the browser tests run: Debian's Chromium, no second tries. Which server they talk to stands in fixtures.ts.

import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';

/** The one without windows is quicker, where it is there. */
const browsers = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

export default defineConfig({
  testDir: '.',
  testMatch: process.env.ROUNDTABLE_SCREENSHOTS ? /(\.spec|pictures)\.ts$/ : /\.spec\.ts$/,
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  // Costs nothing where all is well; a machine may be slower than the one on which a test was written.
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    headless: true,
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    trace: 'off',
    launchOptions: {
      executablePath: process.env.ROUNDTABLE_CHROMIUM ?? browsers.find(existsSync),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
