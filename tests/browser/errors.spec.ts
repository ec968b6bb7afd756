// Errors stand inside the shell, and a part of a page that is sent by itself does not give way to one.

import { expect, expectPage, screenshot, test } from './fixtures.ts';

test('an error inside the shell leaves what was typed where it is', async ({ page, as }) => {
  await as('paul');
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await screenshot(page, 'error-not-found');

  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill('Wexford Public Power');
  await page.getByRole('button', { name: 'Save client' }).click();
  await expectPage(page, 'Wexford Public Power');
  const address = page.url();
  const contacts = page.locator('#timeline');
  await contacts.locator('summary', { hasText: 'Log contact' }).click();
  await contacts.getByLabel('Summary').fill('Called about the permit.');
  // The record is gone by the time the form is sent.
  await page.route('**/contact', (route) => route.continue({ url: new URL('/nowhere', address).href }));
  await contacts.getByRole('button', { name: 'Log contact' }).click();
  await expect(contacts.getByText('Not saved: Not found.')).toBeVisible();
  await expect(contacts.getByText('or it is not yours to see')).toBeVisible();
  await expect(contacts.getByLabel('Summary')).toHaveValue('Called about the permit.');
  await page.unroute('**/contact');
  await contacts.getByRole('button', { name: 'Log contact' }).click();
  await expect(page.getByText('Called about the permit.')).toBeVisible();
});
