// Twelve pages in light and dark at three widths, for people to look at; `make screenshots` alone runs it.

import { expect, screenshot, test } from './fixtures.ts';

const widths = {
  desk: { width: 1440, height: 900 },
  laptop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};

const addresses: Record<string, string> = {
  dashboard: '/crm/dashboard',
  clients: '/clients',
  client: '/clients/1',
  contacts: '/contacts',
  'contact-form': '/clients/1/contact',
  meeting: '/crm/roundtable?page=1',
  history: '/crm/roundtable/1',
  'my-work': '/my-work',
  vendor: '/vendors/1',
  map: '/graph?of=clients/1',
  trends: '/crm/trends',
  search: '/search?q=power',
};

for (const [name, address] of Object.entries(addresses)) {
  for (const [size, viewport] of Object.entries(widths)) {
    test(`${name}, ${size}`, async ({ page, as }) => {
      await as('nadia');
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        expect((await page.goto(address))?.status(), address).toBe(200);
        if (name === 'map') await expect(page.getByText(/^\d+ records, \d+ connections/)).toBeVisible();
        await page.waitForLoadState();
        await screenshot(page, `${name}-${size}-${colorScheme}`, { fullPage: false });
      }
    });
  }
}
