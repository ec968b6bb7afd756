// Documents of a client: added by the button and by dropping them, taken away as they came, removed and brought back.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const pdf = (words: string) => Buffer.from(`%PDF-1.7\n% ${words}\n%%EOF\n`);
const toast = '#flash .rt-toast';

/** Opens the page of a client, whose files are a part of it. */
async function openClient(page: Page, name: string) {
  await page.goto(`/clients?search=${encodeURIComponent(name)}`);
  await page.getByRole('link', { name, exact: true }).first().click();
  const files = page.getByRole('region', { name: /^Files/ });
  await files.waitFor();
  return files;
}

test('files are added by the button, come back as they were, are removed and come back with Undo', async ({ page, as }) => {
  await as('paul');
  const files = await openClient(page, 'Tidewater Public Power');
  const address = page.url();
  await files.getByText('Add files').first().click();
  await files.getByLabel('Files', { exact: true }).setInputFiles([
    { name: 'Offer “Ünï” 2026.pdf', mimeType: 'application/pdf', buffer: pdf('offer') },
    { name: 'Notes.txt', mimeType: 'text/plain', buffer: Buffer.from('some notes') },
  ]);
  await files.getByRole('button', { name: 'Add files' }).click();
  await expect(page.locator(toast)).toContainText('2 files added');
  expect(page.url()).toBe(address);
  await expect(files.getByRole('listitem')).toHaveCount(2);
  const [download] = await Promise.all([page.waitForEvent('download'), files.getByRole('link', { name: /^Offer/ }).click()]);
  expect(download.suggestedFilename()).toBe('Offer “Ünï” 2026.pdf');
  expect(await readFile(await download.path())).toEqual(pdf('offer'));
  await files.getByRole('listitem').filter({ hasText: 'Notes.txt' }).hover();
  await files.getByRole('button', { name: 'Remove Notes.txt' }).click();
  await expect(page.locator(toast)).toContainText('Notes.txt removed');
  await expect(files.getByRole('listitem')).toHaveCount(1);
  await page.locator(toast).getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator(toast)).toContainText('Notes.txt is back');
  await expect(page.getByRole('region', { name: /^Files/ }).getByRole('listitem')).toHaveCount(2);
});

/** Drops a file on a part of the page, as from the desktop. */
async function drop(page: Page, name: string, content: string) {
  const carried = await page.evaluateHandle(
    ([name, content]: readonly [string, string]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], name));
      return data;
    },
    [name, content] as const,
  );
  const files = page.locator('#files');
  await files.dispatchEvent('dragover', { dataTransfer: carried });
  await expect(files).toHaveClass(/rt-dropping/);
  await files.dispatchEvent('drop', { dataTransfer: carried });
}

test('a file that is dropped is added at once, or when it is said who may see it', async ({ page, as }) => {
  await as('paul');
  let files = await openClient(page, 'Northwind Power');
  await drop(page, 'Dropped.pdf', '%PDF-1.7 dropped');
  await expect(page.locator(toast)).toContainText('Dropped.pdf added');
  await drop(page, 'Tool.exe', 'MZ\0\x01');
  await expect(page.getByRole('alert')).toContainText('Tool.exe is a program');
  await as('nadia');
  files = await openClient(page, 'Northwind Power');
  await drop(page, 'Plan.pdf', '%PDF-1.7 plan');
  await files.getByLabel('NED Team').check();
  await files.getByRole('button', { name: 'Add files' }).click();
  await expect(page.locator(toast)).toContainText('Plan.pdf added');
  await expect(files.getByRole('listitem').filter({ hasText: 'Plan.pdf' })).toContainText('NED Team only');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the form adds files all the same', async ({ page, as }) => {
    await as('paul');
    await page.goto('/clients');
    const client = page.locator('td a').first();
    await page.goto(`${await client.getAttribute('href')}/files`);
    await page.getByLabel('Files', { exact: true }).setInputFiles({ name: 'Plain.pdf', mimeType: 'application/pdf', buffer: pdf('plain') });
    await page.getByRole('button', { name: 'Add files' }).click();
    await expect(page.locator('#flash')).toContainText('Plain.pdf added');
    await expect(page.getByRole('link', { name: 'Plain.pdf', exact: true })).toBeVisible();
  });
});
