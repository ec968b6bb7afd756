// A meeting as several hold it: how one begins, and the parts of its page. Which servers there are is told by others.

import { type BrowserContext, expect, type Page } from '@playwright/test';

/** A meeting that is on, begun by somebody of the team; its address. */
export async function begin(context: BrowserContext, origin: string, title: string): Promise<string> {
  const sent = { headers: { origin }, maxRedirects: 0 };
  const form = { title, meeting_date: new Date().toISOString().slice(0, 10) };
  const made = await context.request.post(new URL('/crm/meetings/new', origin).href, { ...sent, form });
  const address = made.headers()['location']!;
  const started = await context.request.post(new URL(`${address}/start`, origin).href, sent);
  expect(started.status()).toBe(303);
  return address;
}

export const client = (page: Page) => page.locator('.rt-at-table h2');
export const agenda = (page: Page) => page.getByRole('navigation', { name: 'Agenda' });
export const present = (page: Page) => page.getByRole('list', { name: 'Here now' });
export const bar = (page: Page) => page.getByRole('region', { name: 'In this meeting' });
export const items = (page: Page) => page.getByRole('region', { name: /^Action items/ }).getByRole('listitem');

/** Opens a client of the agenda by its number; its name. */
export async function open(page: Page, number: number): Promise<string> {
  const link = agenda(page).getByRole('link').nth(number);
  const name = (await link.locator('.rt-point-name').textContent())!.trim();
  await link.click();
  await expect(client(page)).toHaveText(name);
  await page.waitForLoadState();
  return name;
}

/** Closes the meeting that is open for good. */
export async function close(page: Page): Promise<void> {
  await page.getByRole('main').locator('summary', { hasText: /^Close$/ }).click();
  await page.getByRole('button', { name: 'Close for good' }).click();
  await expect(page.getByRole('link', { name: 'Minutes' })).toBeVisible();
}
